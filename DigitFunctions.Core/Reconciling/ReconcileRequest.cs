using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace DigitFunctions.Core.Reconciling;

/// <summary>Which objects are looked for, and what is done with them.</summary>
public sealed record ReconcileRequest
{
    /// <summary>One of the source buckets.</summary>
    /// <value><see langword="null"/> by default: all of them.</value>
    public string? Bucket { get; init; }

    /// <summary>Objects younger than that are left alone: their events are on their way.</summary>
    /// <value>The default is ten minutes.</value>
    public TimeSpan OlderThan { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether nothing is done, only told.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Where an earlier run ended.</summary>
    /// <value><see langword="null"/> by default: it begins with the first object.</value>
    public ReconcilePlace? After { get; init; }
}

/// <summary>A place in the listing: all objects behind a key.</summary>
/// <param name="Bucket">A source bucket.</param>
/// <param name="Key">The last key that was handled; empty for the bucket's beginning.</param>
public sealed record ReconcilePlace(string Bucket, string Key)
{
    // S3's longest key has 1,024 bytes, its longest bucket name 63.
    private const int MostLetters = 2_000;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ReconcilePlace? place)
    {
        place = null;
        byte[] bytes = new byte[Base64Url.GetMaxDecodedLength(text?.Length ?? 0)];
        if (text is not { Length: > 0 and <= MostLetters } || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out int length) || !Utf8.IsValid(bytes.AsSpan(0, length)))
        {
            return false;
        }

        string whole = Encoding.UTF8.GetString(bytes, 0, length);
        int slash = whole.IndexOf('/', StringComparison.Ordinal);
        place = slash > 0 ? new ReconcilePlace(whole[..slash], whole[(slash + 1)..]) : null;
        return place is not null;
    }

    /// <summary>Bucket, slash and key in Base64Url: shells and addresses take it as it is, whatever the key holds.</summary>
    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Bucket}/{Key}"));
}
