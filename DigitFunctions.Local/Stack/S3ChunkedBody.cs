using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Security.Cryptography;
using System.Text;

namespace DigitFunctions.Local.Stack;

/// <summary>Decodes the <c>aws-chunked</c> bodies of streaming signatures and verifies their chunks' signatures.</summary>
/// <remarks>
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html and
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
/// </remarks>
internal static class S3ChunkedBody
{
    private const int LongestLine = 4096;
    private const int MostTrailers = 20;
    private const string TrailerSignature = "x-amz-trailer-signature";

    /// <summary>Reads a body.</summary>
    /// <param name="reader">The body as it travels.</param>
    /// <param name="target">Receives the decoded body, whose length was announced.</param>
    /// <param name="signed">What the request's signature says of the body.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The trailers, names in lower case.</returns>
    /// <exception cref="S3Exception">The body is no such body, has another length, or a chunk is wrongly signed.</exception>
    public static async Task<Dictionary<string, string>> ReadAsync(
        PipeReader reader, Memory<byte> target, S3Signed signed, CancellationToken cancellationToken)
    {
        string? previous = signed.PayloadHash switch
        {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" or "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => signed.Signature,
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => null,
            _ => throw S3Exception.NotImplemented(signed.PayloadHash),
        };
        int filled = 0;
        while (true)
        {
            (int size, string signature) = ParseHeader(await ReadLineAsync(reader, cancellationToken).ConfigureAwait(false));
            if (size > target.Length - filled)
            {
                throw S3Exception.InvalidRequest($"The chunks hold more than the {target.Length} bytes of x-amz-decoded-content-length.");
            }

            Memory<byte> chunk = target.Slice(filled, size);
            await S3Body.ReadExactlyAsync(reader, chunk, cancellationToken).ConfigureAwait(false);
            filled += size;
            if (previous is not null)
            {
                CheckSignature(signed, "PAYLOAD", $"{previous}\n{S3Signature.EmptyHash}", chunk.Span, signature);
                previous = signature;
            }

            if (size == 0)
            {
                break;
            }

            if ((await ReadLineAsync(reader, cancellationToken).ConfigureAwait(false)).Length > 0)
            {
                throw S3Exception.InvalidRequest("A chunk is longer than its header says.");
            }
        }

        if (filled < target.Length)
        {
            throw S3Exception.IncompleteBody(filled, target.Length);
        }

        return await ReadTrailersAsync(reader, signed, previous, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Dictionary<string, string>> ReadTrailersAsync(
        PipeReader reader, S3Signed signed, string? previous, CancellationToken cancellationToken)
    {
        Dictionary<string, string> trailers = new(StringComparer.Ordinal);
        StringBuilder canonical = new();
        while (await ReadLineAsync(reader, cancellationToken).ConfigureAwait(false) is { Length: > 0 } line && trailers.Count < MostTrailers)
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1)
            {
                throw S3Exception.InvalidRequest("A trailer has to be name:value.");
            }

            string name = line[..colon].ToLowerInvariant();
            string value = line[(colon + 1)..].Trim();
            trailers[name] = value;
            if (name != TrailerSignature)
            {
                canonical.Append(name).Append(':').Append(value).Append('\n');
            }
        }

        if (previous is not null && signed.PayloadHash.EndsWith("-TRAILER", StringComparison.Ordinal))
        {
            CheckSignature(signed, "TRAILER", previous, Encoding.UTF8.GetBytes(canonical.ToString()),
                trailers.GetValueOrDefault(TrailerSignature, ""));
        }

        return trailers;
    }

    private static (int Size, string Signature) ParseHeader(string line)
    {
        int semicolon = line.IndexOf(';', StringComparison.Ordinal);
        string signature = "";
        const string Extension = ";chunk-signature=";
        if (semicolon >= 0 && line.AsSpan(semicolon).StartsWith(Extension))
        {
            signature = line[(semicolon + Extension.Length)..].Trim();
        }

        return int.TryParse(semicolon < 0 ? line : line[..semicolon], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int size) && size >= 0
            ? (size, signature)
            : throw S3Exception.InvalidRequest("A chunk has to begin with its size in hexadecimal.");
    }

    private static void CheckSignature(S3Signed signed, string kind, string before, ReadOnlySpan<byte> hashed, string signature)
    {
        string toSign = $"AWS4-HMAC-SHA256-{kind}\n{signed.Time}\n{signed.Scope}\n{before}\n{S3Signature.Hex(SHA256.HashData(hashed))}";
        if (!S3Signature.IsSignature(signed.Key, toSign, signature))
        {
            throw S3Signature.WrongSignature();
        }
    }

    // The end of the body reads as an empty line.
    private static async Task<string> ReadLineAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is SequencePosition end)
            {
                string line = Encoding.UTF8.GetString(buffer.Slice(0, end)).TrimEnd('\r');
                reader.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }

            if (buffer.Length > LongestLine)
            {
                reader.AdvanceTo(buffer.End);
                throw S3Exception.InvalidRequest("A chunk's header is too long.");
            }

            if (result.IsCompleted)
            {
                string line = Encoding.UTF8.GetString(buffer);
                reader.AdvanceTo(buffer.End);
                return line;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }
}
