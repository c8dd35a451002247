using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace DigitFunctions.Local.Stack;

/// <summary>The headers that are kept with an object: content and cache headers, and the user's metadata.</summary>
internal static class S3Headers
{
    public const string MetadataPrefix = "x-amz-meta-";
    private const int MostMetadataBytes = 2048;
    private const string DefaultContentType = "binary/octet-stream";

    private static readonly string[] Kept =
        ["content-type", "cache-control", "content-disposition", "content-encoding", "content-language", "expires", "x-amz-storage-class"];

    public static IReadOnlyDictionary<string, string> None { get; } = FrozenDictionary<string, string>.Empty;

    /// <summary>Reads what is to be kept from a request.</summary>
    /// <exception cref="S3Exception">The metadata has more than 2 KiB, or a feature is asked for that is not offered.</exception>
    public static IReadOnlyDictionary<string, string> Read(IHeaderDictionary headers)
    {
        if (headers.ContainsKey("x-amz-tagging"))
        {
            throw S3Exception.NotImplemented("object tags");
        }

        if (headers.ContainsKey("x-amz-server-side-encryption-customer-algorithm"))
        {
            throw S3Exception.NotImplemented("encryption with a customer's key");
        }

        Dictionary<string, string> kept = [];
        foreach (string name in Kept)
        {
            if (headers.TryGetValue(name, out StringValues value) && !StringValues.IsNullOrEmpty(value))
            {
                kept[name] = value.ToString();
            }
        }

        if (kept.GetValueOrDefault("x-amz-storage-class") == "STANDARD")
        {
            kept.Remove("x-amz-storage-class");
        }

        TrimEncoding(kept);
        kept.TryAdd("content-type", DefaultContentType);
        int size = 0;
        foreach ((string name, StringValues value) in headers)
        {
            if (name.StartsWith(MetadataPrefix, StringComparison.OrdinalIgnoreCase))
            {
                string text = value.ToString();
                size += name.Length - MetadataPrefix.Length + System.Text.Encoding.UTF8.GetByteCount(text);
                kept[name.ToLowerInvariant()] = text;
            }
        }

        return size <= MostMetadataBytes
            ? kept
            : throw new S3Exception(400, "MetadataTooLarge", $"User metadata has {size} bytes; at most {MostMetadataBytes} are kept.");
    }

    /// <summary>Puts the kept headers into an answer.</summary>
    public static void Write(IReadOnlyDictionary<string, string> kept, IHeaderDictionary headers)
    {
        foreach ((string name, string value) in kept)
        {
            headers[name] = value;
        }
    }

    // aws-chunked is how the body travelled, not how the object is encoded.
    private static void TrimEncoding(Dictionary<string, string> kept)
    {
        if (!kept.TryGetValue("content-encoding", out string? encoding))
        {
            return;
        }

        string rest = string.Join(',', encoding.Split(',', StringSplitOptions.TrimEntries).Where(part => part != "aws-chunked"));
        kept.Remove("content-encoding");
        if (rest.Length > 0)
        {
            kept["content-encoding"] = rest;
        }
    }
}
