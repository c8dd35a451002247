namespace DigitFunctions.Local.Stack;

/// <summary>One version of an object, as stored. It never changes; an overwrite makes another.</summary>
internal sealed record S3Object
{
    public required string Key { get; init; }

    /// <summary>The version's id; <see langword="null"/> for the version <c>null</c>, the only one of an unversioned bucket.</summary>
    public string? VersionId { get; init; }

    /// <summary>Whether this is a delete marker: it has no content, and hides what is older.</summary>
    public bool IsDeleteMarker { get; init; }

    /// <summary>The eTag without quotes: the MD5, or <c>md5-N</c> of N parts; empty for a delete marker.</summary>
    public string ETag { get; init; } = "";

    /// <summary>When it was stored: unique within the store and growing with every write.</summary>
    public DateTimeOffset LastModified { get; init; }

    /// <summary>Content and cache headers and <c>x-amz-meta-…</c>, names in lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = S3Headers.None;

    /// <summary>The header of the checksum that the uploader sent, such as <c>x-amz-checksum-crc32</c>; <see langword="null"/> for none.</summary>
    public string? ChecksumHeader { get; init; }

    /// <summary>The checksum itself in base64.</summary>
    public string? Checksum { get; init; }

    public S3Content Content { get; init; }

    /// <summary>The id that clients see: <c>null</c> stands for the version without one.</summary>
    public string VersionIdOrNull => VersionId ?? "null";
}

/// <summary>Where an object's bytes are: in memory, or in a part of a file.</summary>
/// <param name="Bytes">The bytes; <see langword="null"/> where they are in a file.</param>
/// <param name="Path">The file; <see langword="null"/> where they are in memory.</param>
/// <param name="Offset">Where they begin in the file.</param>
/// <param name="Length">How many there are.</param>
internal readonly record struct S3Content(byte[]? Bytes, string? Path, long Offset, long Length)
{
    public static S3Content Of(byte[] bytes) => new(bytes, null, 0, bytes.Length);

    /// <summary>Opens the file, which stays readable when the object is deleted meanwhile.</summary>
    /// <exception cref="FileNotFoundException">The object was deleted after it was looked up.</exception>
    public FileStream OpenFile() => new(Path!, new FileStreamOptions
    {
        Mode = FileMode.Open,
        Access = FileAccess.Read,
        Share = FileShare.ReadWrite | FileShare.Delete,
        Options = FileOptions.Asynchronous,
        BufferSize = 0,
    });

    /// <summary>All bytes; not a copy where they are in memory.</summary>
    /// <exception cref="FileNotFoundException">The object was deleted after it was looked up.</exception>
    public async Task<byte[]> ReadAsync(CancellationToken cancellationToken)
    {
        if (Bytes is not null)
        {
            return Bytes;
        }

        FileStream file = OpenFile();
        await using (file.ConfigureAwait(false))
        {
            file.Position = Offset;
            byte[] bytes = GC.AllocateUninitializedArray<byte>((int)Length);
            await file.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes;
        }
    }
}
