using System.Buffers;
using System.Text;

namespace DigitFunctions.Local.Stack;

/// <summary>The bucket, key and query that a path-style request names, decoded from the request line exactly as it was sent.</summary>
/// <remarks>The server's own reading of the path is not used: it folds <c>..</c> and would change keys and signatures.</remarks>
internal sealed class S3Target
{
    private const int LongestKey = 1024;
    private static readonly SearchValues<char> Unreserved =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~");
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private S3Target(string path, List<KeyValuePair<string, string>> query)
    {
        Path = path;
        Query = query;
        int slash = path.IndexOf('/', 1);
        Bucket = slash < 0 ? path[1..] : path[1..slash];
        Key = slash < 0 ? "" : path[(slash + 1)..];
    }

    /// <summary>The decoded path, beginning with a slash.</summary>
    public string Path { get; }

    /// <summary>The bucket's name; empty where the request is for the list of buckets.</summary>
    public string Bucket { get; }

    /// <summary>The object's key; empty where the request is for the bucket.</summary>
    public string Key { get; }

    /// <summary>The decoded query in the order sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; }

    /// <summary>The value of a query parameter: empty where it is there without one, <see langword="null"/> where it is not there.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (KeyValuePair<string, string> pair in Query)
            {
                if (pair.Key == name)
                {
                    return pair.Value;
                }
            }

            return null;
        }
    }

    /// <summary>Parses a request target in origin form or absolute form.</summary>
    /// <exception cref="S3Exception">InvalidURI: a broken percent escape, or bytes that are not UTF-8.</exception>
    public static S3Target Parse(string rawTarget)
    {
        string target = rawTarget;
        int scheme = target.StartsWith('/') ? -1 : target.IndexOf("://", StringComparison.Ordinal);
        if (scheme >= 0)
        {
            int slash = target.IndexOf('/', scheme + 3);
            target = slash < 0 ? "/" : target[slash..];
        }

        int mark = target.IndexOf('?', StringComparison.Ordinal);
        string path = Decode(mark < 0 ? target : target[..mark], plusIsSpace: false);
        if (!path.StartsWith('/'))
        {
            throw new S3Exception(400, "InvalidURI", "The request target has to begin with a slash.");
        }

        List<KeyValuePair<string, string>> query = [];
        foreach (string pair in mark < 0 ? [] : target[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            query.Add(equals < 0
                ? new(Decode(pair, plusIsSpace: true), "")
                : new(Decode(pair[..equals], plusIsSpace: true), Decode(pair[(equals + 1)..], plusIsSpace: true)));
        }

        return new S3Target(path, query);
    }

    /// <summary>Parses the header <c>x-amz-copy-source</c>: <c>[/]bucket/key[?versionId=…]</c>, percent-encoded.</summary>
    /// <exception cref="S3Exception">The header names no bucket and key.</exception>
    public static S3Target ParseCopySource(string header)
    {
        S3Target source = Parse(header.StartsWith('/') ? header : "/" + header);
        if (source.Bucket.Length == 0 || source.Key.Length == 0)
        {
            throw S3Exception.InvalidArgument("x-amz-copy-source has to be bucket/key, percent-encoded.");
        }

        return source;
    }

    /// <summary>Refuses keys that MinIO refuses too.</summary>
    /// <exception cref="S3Exception">The key is too long, or holds a NUL or a segment <c>.</c> or <c>..</c>.</exception>
    public static void CheckKey(string key)
    {
        if (Encoding.UTF8.GetByteCount(key) > LongestKey)
        {
            throw new S3Exception(400, "KeyTooLongError", $"A key has at most {LongestKey} bytes in UTF-8.");
        }

        if (key.Contains('\0', StringComparison.Ordinal) || Array.Exists(key.Split('/'), segment => segment is "." or ".."))
        {
            throw new S3Exception(400, "XMinioInvalidObjectName", "A key may not hold a NUL, nor a segment \".\" or \"..\".");
        }
    }

    /// <summary>Percent-encodes as AWS's signature asks for: all but A–Z, a–z, 0–9 and <c>-_.~</c>, upper-case hexadecimal.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepSlash">Whether <c>/</c> stays as it is.</param>
    public static string Encode(string text, bool keepSlash)
    {
        if (!text.AsSpan().ContainsAnyExcept(Unreserved))
        {
            return text;
        }

        StringBuilder encoded = new(text.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            if (Unreserved.Contains((char)b) || (keepSlash && b == '/'))
            {
                encoded.Append((char)b);
            }
            else
            {
                encoded.Append('%').Append(b.ToString("X2", null));
            }
        }

        return encoded.ToString();
    }

    private static string Decode(string text, bool plusIsSpace)
    {
        if (!text.AsSpan().ContainsAny('%', '+') && Ascii.IsValid(text))
        {
            return text;
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            byte b = bytes[i];
            if (b == '%')
            {
                if (i + 2 >= bytes.Length || !byte.TryParse(bytes.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out b))
                {
                    throw new S3Exception(400, "InvalidURI", $"\"{text}\" holds a broken percent escape.");
                }

                i += 2;
            }
            else if (b == '+' && plusIsSpace)
            {
                b = (byte)' ';
            }

            bytes[length++] = b;
        }

        try
        {
            return StrictUtf8.GetString(bytes, 0, length);
        }
        catch (DecoderFallbackException)
        {
            throw new S3Exception(400, "InvalidURI", $"\"{text}\" does not decode to UTF-8.");
        }
    }
}
