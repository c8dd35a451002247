using System.Collections.Concurrent;

namespace DigitFunctions.Local.Stack;

/// <summary>A part of a multipart upload.</summary>
internal sealed record S3Part(int Number, byte[] Bytes, byte[] Md5, DateTimeOffset LastModified)
{
    public string ETag => Convert.ToHexStringLower(Md5);
}

/// <summary>A multipart upload under way, with the headers that its object will have.</summary>
internal sealed record S3Upload(string Id, string Key, IReadOnlyDictionary<string, string> Headers, DateTimeOffset Initiated)
{
    public ConcurrentDictionary<int, S3Part> Parts { get; } = new();
}

/// <summary>The multipart uploads under way in one bucket; always in memory.</summary>
internal sealed class S3Uploads
{
    private const int SmallestPart = 5 << 20;
    private readonly ConcurrentDictionary<string, S3Upload> _uploads = new(StringComparer.Ordinal);

    /// <summary>The uploads in the order of their keys.</summary>
    public IEnumerable<S3Upload> All => _uploads.Values.OrderBy(upload => upload.Key, S3KeyOrder.Instance).ThenBy(upload => upload.Initiated);

    public S3Upload Begin(string key, IReadOnlyDictionary<string, string> headers, DateTimeOffset now)
    {
        S3Upload upload = new(Guid.NewGuid().ToString("N"), key, headers, now);
        return _uploads[upload.Id] = upload;
    }

    /// <exception cref="S3Exception">NoSuchUpload.</exception>
    public S3Upload Find(string id, string key) =>
        _uploads.TryGetValue(id, out S3Upload? upload) && upload.Key == key ? upload : throw S3Exception.NoSuchUpload(id);

    /// <summary>Forgets an upload.</summary>
    /// <returns>Whether it was there: of two that end one upload, one is told so.</returns>
    public bool End(S3Upload upload) => _uploads.TryRemove(upload.Id, out _);

    /// <summary>Joins the parts that the client names.</summary>
    /// <param name="upload">The upload.</param>
    /// <param name="named">Numbers and eTags, ascending.</param>
    /// <param name="mostBytes">The largest object.</param>
    /// <returns>The content, and the eTag <c>md5-N</c>: the MD5 of the parts' MD5s.</returns>
    /// <exception cref="S3Exception">InvalidPart, InvalidPartOrder, EntityTooSmall or EntityTooLarge.</exception>
    public static (byte[] Bytes, string ETag) Join(S3Upload upload, IReadOnlyList<(int Number, string ETag)> named, long mostBytes)
    {
        List<S3Part> parts = [];
        foreach ((int number, string eTag) in named)
        {
            if (parts.Count > 0 && number <= parts[^1].Number)
            {
                throw new S3Exception(400, "InvalidPartOrder", "The parts have to be named in ascending order.");
            }

            if (!upload.Parts.TryGetValue(number, out S3Part? part) || part.ETag != eTag.Trim('"'))
            {
                throw new S3Exception(400, "InvalidPart", $"Part {number} was not uploaded, or has another eTag.");
            }

            parts.Add(part);
        }

        if (parts.Take(parts.Count - 1).Any(part => part.Bytes.Length < SmallestPart))
        {
            throw new S3Exception(400, "EntityTooSmall", $"Each part but the last needs at least {SmallestPart} bytes.");
        }

        long length = parts.Sum(part => (long)part.Bytes.Length);
        if (length > mostBytes)
        {
            throw new S3Exception(400, "EntityTooLarge", $"The parts have {length} bytes together; this server takes at most {mostBytes}.");
        }

        byte[] bytes = GC.AllocateUninitializedArray<byte>((int)length);
        int filled = 0;
        foreach (S3Part part in parts)
        {
            part.Bytes.CopyTo(bytes, filled);
            filled += part.Bytes.Length;
        }

        byte[] md5 = S3Checksum.Md5(parts.SelectMany(part => part.Md5).ToArray());
        return (bytes, $"{Convert.ToHexStringLower(md5)}-{parts.Count}");
    }
}
