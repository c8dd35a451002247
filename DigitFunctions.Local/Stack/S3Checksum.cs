using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;

namespace DigitFunctions.Local.Stack;

/// <summary>The checksums that S3 clients send with a body, in a header or a trailer.</summary>
/// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html</remarks>
internal static class S3Checksum
{
    // Reflected polynomials: CRC-32 (ISO HDLC) and CRC-64/NVME.
    private static readonly ulong[] Crc32 = Table(0xEDB88320);
    private static readonly ulong[] Crc64 = Table(0x9A6C9329AC4BC9B5);

    /// <summary>Computes the checksum that a header such as <c>x-amz-checksum-crc32</c> carries, in base64.</summary>
    /// <returns><see langword="null"/> where the header names no checksum that is known here.</returns>
    [SuppressMessage("Security", "CA5350", Justification = "S3 names SHA-1 among its checksums; nothing is secured with it.")]
    public static string? Compute(string header, ReadOnlySpan<byte> body) => header.ToLowerInvariant() switch
    {
        "x-amz-checksum-crc32" => Base64((uint)Crc(Crc32, uint.MaxValue, body)),
        "x-amz-checksum-crc32c" => Base64(Crc32C(body)),
        "x-amz-checksum-crc64nvme" => Base64(Crc(Crc64, ulong.MaxValue, body)),
        "x-amz-checksum-sha1" => Convert.ToBase64String(SHA1.HashData(body)),
        "x-amz-checksum-sha256" => Convert.ToBase64String(SHA256.HashData(body)),
        _ => null,
    };

    /// <summary>The MD5 that S3 uses as eTag and Content-MD5.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "S3's eTags are MD5; nothing is secured with it.")]
    public static byte[] Md5(ReadOnlySpan<byte> body) => MD5.HashData(body);

    private static ulong Crc(ulong[] table, ulong ones, ReadOnlySpan<byte> body)
    {
        ulong crc = ones;
        foreach (byte b in body)
        {
            crc = table[(byte)(crc ^ b)] ^ (crc >> 8);
        }

        return crc ^ ones;
    }

    private static uint Crc32C(ReadOnlySpan<byte> body)
    {
        uint crc = uint.MaxValue;
        for (; body.Length >= sizeof(ulong); body = body[sizeof(ulong)..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(body));
        }

        foreach (byte b in body)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }

    private static ulong[] Table(ulong polynomial)
    {
        ulong[] table = new ulong[256];
        for (int i = 0; i < table.Length; i++)
        {
            ulong crc = (ulong)i;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ polynomial;
            }

            table[i] = crc;
        }

        return table;
    }

    private static string Base64(uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }

    private static string Base64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        return Convert.ToBase64String(bytes);
    }
}
