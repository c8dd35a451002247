using System.Buffers.Binary;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>What the segments of a JPEG file say, as far as ImageSharp reads it otherwise than libjpeg, or would work without bounds on it.</summary>
/// <remarks>ITU-T T.81, annex B; the rules for the colours are those of libjpeg's <c>default_decompress_parms</c>.</remarks>
internal static class JpegSegments
{
    /// <summary>An Adobe segment which says that no colours were transformed.</summary>
    private static ReadOnlySpan<byte> NotTransformed => [0xFF, 0xEE, 0, 14, (byte)'A', (byte)'d', (byte)'o', (byte)'b', (byte)'e', 0, 100, 0, 0, 0, 0, 0];

    /// <summary>Whether a file begins as JPEG files do.</summary>
    public static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]);

    /// <summary>How many scans there are, or seem to be: no encoded data have these two bytes.</summary>
    public static int CountScans(ReadOnlySpan<byte> file) => file.Count((ReadOnlySpan<byte>)[0xFF, 0xDA]);

    /// <summary>The pixels of the largest JPEG frame anywhere in a file, as far as bytes that look like its header tell.</summary>
    public static long LargestFrame(ReadOnlySpan<byte> file)
    {
        long largest = 0;
        for (int at; (at = file.IndexOf((byte)0xFF)) >= 0 && at + 9 <= file.Length; file = file[(at + 1)..])
        {
            if (file[at + 1] is 0xC0 or 0xC1 or 0xC2 && file[at + 2] == 0)
            {
                largest = Math.Max(largest, (long)BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]) * BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]));
            }
        }

        return largest;
    }

    /// <summary>
    /// The file with its colours declared to be red, green and blue, so that the red ones are its luma, which is what libjpeg gives where grey is asked for.
    /// Weighing the colours again would not: some are beyond 0 to 255 until they are cut.
    /// </summary>
    /// <returns>False where the samples are no luma and chroma.</returns>
    public static bool TryTakeLumaForRed(ReadOnlySpan<byte> file, Span<byte> target, out int length)
    {
        length = 0;
        bool hasJfif = false;
        int transform = -1;
        ReadOnlySpan<byte> rest = file[2..];
        while (rest.Length >= 4 && rest[0] == 0xFF)
        {
            int size = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (size < 2 || size + 2 > rest.Length)
            {
                return false;
            }

            ReadOnlySpan<byte> content = rest[4..(size + 2)];
            if (rest[1] is 0xC0 or 0xC1 or 0xC2)
            {
                if (!IsLumaAndChroma(content, hasJfif, transform))
                {
                    return false;
                }

                int before = file.Length - rest.Length;
                file[..before].CopyTo(target);
                NotTransformed.CopyTo(target[before..]);
                rest.CopyTo(target[(before + NotTransformed.Length)..]);
                length = file.Length + NotTransformed.Length;
                return true;
            }

            hasJfif |= rest[1] == 0xE0 && content.StartsWith("JFIF\0"u8);
            transform = rest[1] == 0xEE && content.Length >= 12 && content.StartsWith("Adobe"u8) ? content[11] : transform;
            rest = rest[(size + 2)..];
        }

        return false;
    }

    /// <summary>Bytes to spare for what is inserted.</summary>
    public static int Inserted => NotTransformed.Length;

    private static bool IsLumaAndChroma(ReadOnlySpan<byte> frame, bool hasJfif, int transform)
    {
        if (frame.Length < 15 || frame[5] != 3)
        {
            return false;
        }

        bool isNamedRgb = frame[6] == (byte)'R' && frame[9] == (byte)'G' && frame[12] == (byte)'B';
        return hasJfif || (transform >= 0 ? transform != 0 : !isNamedRgb);
    }
}
