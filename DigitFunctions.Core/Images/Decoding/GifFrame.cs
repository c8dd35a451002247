using System.Buffers.Binary;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>The first frame of a GIF file: it may be larger than the screen that the header tells of, and is unpacked as a whole.</summary>
internal static class GifFrame
{
    /// <summary>Whether a file begins as GIF files do.</summary>
    public static bool IsGif(ReadOnlySpan<byte> file) => file.StartsWith("GIF8"u8);

    /// <summary>The frame's width and height; 0 where there is none.</summary>
    public static (int Width, int Height) SizeOf(ReadOnlySpan<byte> file)
    {
        if (file.Length < 13)
        {
            return default;
        }

        int tableSize = (file[10] & 0x80) == 0 ? 0 : 3 << ((file[10] & 7) + 1);
        for (int at = 13 + tableSize; at < file.Length;)
        {
            switch (file[at++])
            {
                case 0x2C when at + 9 <= file.Length:
                    return (BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 4)..]), BinaryPrimitives.ReadUInt16LittleEndian(file[(at + 6)..]));
                case 0x21 when at < file.Length:
                    at = SkipExtension(file, at);
                    break;
                case 0 or 0x3B:
                    return default;
            }
        }

        return default;
    }

    /// <summary>As ImageSharp does it, not as the standard has it, so that both find the same frame.</summary>
    private static int SkipExtension(ReadOnlySpan<byte> file, int at)
    {
        switch (file[at++])
        {
            case 0xF9:
                return at + 6;
            case 0xFF when at + 12 < file.Length && file[at] == 11 && file[at + 12] == 3:
                return at + 17;
            case 0xFF or 0xFE or 0x01:
                while (at < file.Length && file[at] != 0)
                {
                    at += file[at] + 1;
                }

                return at + 1;
            default:
                return at;
        }
    }
}
