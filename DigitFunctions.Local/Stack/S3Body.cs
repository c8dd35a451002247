using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace DigitFunctions.Local.Stack;

/// <summary>A body that has come whole and has every digest that its headers and trailers state.</summary>
/// <param name="Bytes">The body, decoded.</param>
/// <param name="Md5">Its MD5.</param>
/// <param name="ChecksumHeader">The header or trailer of the checksum sent; <see langword="null"/> for none.</param>
/// <param name="Checksum">The checksum in base64.</param>
internal sealed record S3Body(byte[] Bytes, byte[] Md5, string? ChecksumHeader, string? Checksum)
{
    private const string ChecksumPrefix = "x-amz-checksum-";

    /// <summary>The MD5 in hexadecimal: the eTag of an object put in one piece.</summary>
    public string ETag => Convert.ToHexStringLower(Md5);

    /// <summary>Reads a request's body straight into an array of its length.</summary>
    /// <param name="request">The request.</param>
    /// <param name="signed">What its signature says of the body.</param>
    /// <param name="mostBytes">The longest body that is taken.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="S3Exception">The body has no length, is too long or too short, or a digest is wrong.</exception>
    public static async Task<S3Body> ReadAsync(HttpRequest request, S3Signed signed, long mostBytes, CancellationToken cancellationToken)
    {
        bool streaming = signed.PayloadHash.StartsWith("STREAMING-", StringComparison.Ordinal);
        byte[] bytes = GC.AllocateUninitializedArray<byte>(Length(request, streaming, mostBytes));
        Dictionary<string, string> digests = request.Headers
            .Where(header => header.Key.StartsWith(ChecksumPrefix, StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        if (streaming)
        {
            foreach ((string name, string value) in await S3ChunkedBody.ReadAsync(request.BodyReader, bytes, signed, cancellationToken).ConfigureAwait(false))
            {
                digests[name] = value;
            }
        }
        else
        {
            await ReadExactlyAsync(request.BodyReader, bytes, cancellationToken).ConfigureAwait(false);
            if (signed.PayloadHash != S3Signature.Unsigned && signed.PayloadHash != Sha256(bytes))
            {
                throw new S3Exception(400, "XAmzContentSHA256Mismatch", "The body does not have the SHA-256 that x-amz-content-sha256 states.");
            }
        }

        byte[] md5 = S3Checksum.Md5(bytes);
        CheckMd5(request.Headers, md5);
        return CheckDigests(digests, bytes, md5);
    }

    /// <summary>Reads exactly as many bytes as the target holds.</summary>
    /// <exception cref="S3Exception">IncompleteBody.</exception>
    public static async Task ReadExactlyAsync(PipeReader reader, Memory<byte> target, CancellationToken cancellationToken)
    {
        int filled = 0;
        while (filled < target.Length)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool isEnd = result.IsCompleted && result.Buffer.Length < target.Length - filled;
            SequencePosition end = result.Buffer.GetPosition(Math.Min(result.Buffer.Length, target.Length - filled));
            foreach (ReadOnlyMemory<byte> part in result.Buffer.Slice(0, end))
            {
                part.CopyTo(target[filled..]);
                filled += part.Length;
            }

            reader.AdvanceTo(end);
            if (isEnd)
            {
                throw S3Exception.IncompleteBody(filled, target.Length);
            }
        }
    }

    private static int Length(HttpRequest request, bool streaming, long mostBytes)
    {
        long length;
        if (!streaming)
        {
            length = request.ContentLength ?? throw S3Exception.MissingContentLength();
        }
        else if (!long.TryParse(request.Headers["x-amz-decoded-content-length"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out length))
        {
            throw S3Exception.MissingContentLength();
        }

        return length <= mostBytes ? (int)length
            : throw new S3Exception(400, "EntityTooLarge", $"The body has {length} bytes; this server takes at most {mostBytes}.");
    }

    private static string Sha256(byte[] bytes) => bytes.Length == 0 ? S3Signature.EmptyHash : Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static void CheckMd5(IHeaderDictionary headers, byte[] md5)
    {
        if (!headers.TryGetValue("Content-MD5", out StringValues stated))
        {
            return;
        }

        Span<byte> digest = stackalloc byte[16];
        if (!Convert.TryFromBase64String(stated.ToString(), digest, out int length) || length != digest.Length)
        {
            throw new S3Exception(400, "InvalidDigest", "Content-MD5 has to be 16 bytes in base64.");
        }

        if (!digest.SequenceEqual(md5))
        {
            throw S3Exception.BadDigest("Content-MD5");
        }
    }

    private static S3Body CheckDigests(Dictionary<string, string> digests, byte[] bytes, byte[] md5)
    {
        S3Body body = new(bytes, md5, null, null);
        foreach ((string name, string value) in digests)
        {
            string? computed = S3Checksum.Compute(name, bytes);
            if (computed is not null)
            {
                body = computed == value ? body with { ChecksumHeader = name.ToLowerInvariant(), Checksum = value } : throw S3Exception.BadDigest(name);
            }
        }

        return body;
    }
}
