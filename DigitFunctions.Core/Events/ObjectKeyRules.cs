using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace DigitFunctions.Core.Events;

/// <summary>How a vendor writes object keys in its events.</summary>
internal enum KeyEncoding
{
    /// <summary>Ceph and EventBridge: the key itself.</summary>
    None,

    /// <summary>AWS: form-encoded, <c>/</c> left as it is.</summary>
    Form,

    /// <summary>MinIO: form-encoded with <c>/</c> as <c>%2F</c>; in its listen stream the key itself.</summary>
    MinIO,
}

/// <summary>An object key, or why there is none.</summary>
/// <param name="Key">The key, also where it is refused but can be named.</param>
/// <param name="Fault"><see cref="NoticeKind.Upload"/> for a key that can be served.</param>
/// <param name="Reason">What is wrong with it.</param>
internal readonly record struct KeyReading(string? Key, NoticeKind Fault, string? Reason);

/// <summary>Turns the key in an event into the object's key, and refuses those that cannot be served safely.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>The event source names the rule: <c>minio:</c> MinIO's, <c>ceph:</c> none, <c>aws:</c> and all others AWS's, whose events they
/// imitate; a record without source is MinIO's where <c>Key</c> stands beside it, else AWS's.</item>
/// <item>MinIO's member <c>Key</c> (bucket, <c>/</c>, key) settles whether its record's key is escaped. Without it, or where it fits neither
/// reading, a key with a raw <c>/</c> or space was never escaped: MinIO escapes both.</item>
/// <item>A broken escape rejects the record; so does an empty key, which no object has.</item>
/// <item>Refused: bytes that are not UTF-8, control characters (C0 with NUL, DEL, C1), segments <c>.</c> and <c>..</c>,
/// more than <see cref="EventLimits.MaxKeyBytes"/> bytes in UTF-8.</item>
/// <item>All else is a key, also with a leading <c>/</c>, empty segments and backslashes.</item>
/// </list>
/// </remarks>
internal static class ObjectKeyRules
{
    /// <summary>The rule of an event source such as <c>minio:s3</c>.</summary>
    public static KeyEncoding EncodingOf(ReadOnlySpan<byte> eventSource) =>
        Ascii.EqualsIgnoreCase(Vendor(eventSource), "minio"u8) ? KeyEncoding.MinIO
        : Ascii.EqualsIgnoreCase(Vendor(eventSource), "ceph"u8) ? KeyEncoding.None
        : KeyEncoding.Form;

    /// <summary>A rule in words.</summary>
    public static string Describe(KeyEncoding encoding) => encoding switch
    {
        KeyEncoding.None => "as it is, by the rule of Ceph and EventBridge",
        KeyEncoding.MinIO => "form-encoded with / as %2F, by MinIO's rule",
        _ => "form-encoded, by the rule of AWS",
    };

    /// <summary>Reads a key.</summary>
    /// <param name="raw">The key as the event has it, free of JSON escapes.</param>
    /// <param name="encoding">The vendor's rule.</param>
    /// <param name="bucket">The bucket's name.</param>
    /// <param name="announced">MinIO's member <c>Key</c>; empty where there is none.</param>
    public static KeyReading Read(ReadOnlySpan<byte> raw, KeyEncoding encoding, ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> announced)
    {
        if (encoding == KeyEncoding.None || !raw.ContainsAny((byte)'%', (byte)'+'))
        {
            return Check(raw);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        int length = PercentEncoding.Decode(raw, rented, plusIsSpace: true);
        ReadOnlySpan<byte> decoded = rented.AsSpan(0, Math.Max(length, 0));
        KeyReading reading =
            encoding == KeyEncoding.MinIO && WasNeverEscaped(raw, length < 0 ? raw : decoded, bucket, announced) ? Check(raw)
            : length < 0 ? Rejected($"holds a broken escape: {Show(raw)}; each % needs two hexadecimal digits")
            : Check(decoded);
        ArrayPool<byte>.Shared.Return(rented);
        return reading;
    }

    /// <summary>Whether a key can be served safely.</summary>
    /// <param name="key">The key in UTF-8, as it is.</param>
    public static bool IsServed(ReadOnlySpan<byte> key) => Check(key).Fault == NoticeKind.Upload;

    /// <summary>What is wrong with a key that cannot be served safely, as a predicate of "the key"; <see langword="null"/> where it can.</summary>
    /// <param name="key">The key in UTF-8, as it is.</param>
    public static string? WhyNotServed(ReadOnlySpan<byte> key) => Check(key).Reason;

    private static bool WasNeverEscaped(
        ReadOnlySpan<byte> raw, ReadOnlySpan<byte> decoded, ReadOnlySpan<byte> bucket, ReadOnlySpan<byte> announced)
    {
        if (announced.Length > bucket.Length && announced.StartsWith(bucket) && announced[bucket.Length] == (byte)'/')
        {
            ReadOnlySpan<byte> key = announced[(bucket.Length + 1)..];
            if (key.SequenceEqual(raw))
            {
                return true;
            }

            if (key.SequenceEqual(decoded))
            {
                return false;
            }
        }

        return raw.ContainsAny((byte)'/', (byte)' ');
    }

    private static KeyReading Check(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
        {
            return Rejected("must not be empty");
        }

        if (!Utf8.IsValid(key))
        {
            return new KeyReading(null, NoticeKind.Refused, "holds bytes that are not UTF-8");
        }

        if (key.Length > EventLimits.MaxKeyBytes)
        {
            return new KeyReading(null, NoticeKind.Refused,
                $"has {key.Length} bytes in UTF-8; at most {EventLimits.MaxKeyBytes} leave room for the folder that the picture moves to");
        }

        string text = Encoding.UTF8.GetString(key);
        foreach (char character in text)
        {
            if (char.IsControl(character))
            {
                return new KeyReading(text, NoticeKind.Refused, $"holds the control character U+{(int)character:X4}");
            }
        }

        foreach (Range segment in key.Split((byte)'/'))
        {
            if (key[segment] is [(byte)'.'] or [(byte)'.', (byte)'.'])
            {
                return new KeyReading(text, NoticeKind.Refused, "holds a segment '.' or '..', which clients resolve as a path");
            }
        }

        return new KeyReading(text, NoticeKind.Upload, null);
    }

    private static KeyReading Rejected(string reason) => new(null, NoticeKind.Rejected, reason);

    private static string Show(ReadOnlySpan<byte> raw) => JsonText.Quote(Encoding.UTF8.GetString(raw[..Math.Min(raw.Length, 200)]));

    private static ReadOnlySpan<byte> Vendor(ReadOnlySpan<byte> eventSource) =>
        eventSource.IndexOf((byte)':') is int colon and >= 0 ? eventSource[..colon] : eventSource;
}
