using System.Buffers.Binary;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>How a camera was held: the Orientation tag of Exif, which says how the stored rows and columns lie in the picture.</summary>
/// <remarks>Exif 2.32, section 4.6.4, tag 0x0112.</remarks>
internal static class ExifOrientation
{
    /// <summary>The first row is the top and the first column the left side: nothing to turn.</summary>
    public const int Upright = 1;

    private const ushort OrientationTag = 0x0112;
    private const int EntrySize = 12;

    /// <summary>Whether rows and columns change places.</summary>
    public static bool SwapsAxes(int orientation) => orientation >= 5;

    /// <summary>Reads the tag from a TIFF structure.</summary>
    /// <returns>1 to 8; <see cref="Upright"/> where the structure is broken or does not say.</returns>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
        {
            return Upright;
        }

        bool little = tiff[0] == (byte)'I';
        uint directory = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (directory > tiff.Length - 2)
        {
            return Upright;
        }

        ReadOnlySpan<byte> entries = tiff[(int)directory..];
        int count = ReadUInt16(entries, little);
        for (entries = entries[2..]; count > 0 && entries.Length >= EntrySize; count--, entries = entries[EntrySize..])
        {
            if (ReadUInt16(entries, little) == OrientationTag)
            {
                int value = ReadUInt16(entries[8..], little);
                return value is >= 1 and <= 8 ? value : Upright;
            }
        }

        return Upright;
    }

    /// <summary>Finds the Exif segment of a JPEG file; empty where there is none.</summary>
    public static ReadOnlySpan<byte> FindInJpeg(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[2..];
        while (rest.Length >= 4 && rest[0] == 0xFF && rest[1] != 0xDA)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 2 || length + 2 > rest.Length)
            {
                break;
            }

            ReadOnlySpan<byte> content = rest[4..(length + 2)];
            if (rest[1] == 0xE1 && content.StartsWith("Exif\0\0"u8))
            {
                return content[6..];
            }

            rest = rest[(length + 2)..];
        }

        return default;
    }

    /// <summary>Turns a stored raster upright.</summary>
    /// <param name="stored">Width × height values, row by row.</param>
    /// <param name="width">Of the stored raster.</param>
    /// <param name="height">Of the stored raster.</param>
    /// <param name="orientation">1 to 8.</param>
    /// <param name="upright">As many values; its width is the stored height where the axes swap.</param>
    public static void Turn<T>(ReadOnlySpan<T> stored, int width, int height, int orientation, Span<T> upright)
    {
        bool swaps = SwapsAxes(orientation);
        (int columns, int rows) = swaps ? (height, width) : (width, height);
        for (int y = 0; y < rows; y++)
        {
            Span<T> row = upright.Slice(y * columns, columns);
            for (int x = 0; x < columns; x++)
            {
                (int u, int v) = swaps ? (y, x) : (x, y);
                u = orientation is 2 or 3 or 7 or 8 ? width - 1 - u : u;
                v = orientation is 3 or 4 or 6 or 7 ? height - 1 - v : v;
                row[x] = stored[(v * width) + u];
            }
        }
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool little) =>
        little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
}
