using System.Buffers.Binary;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The IHDR chunk (PNG specification, section 11.2.1).</summary>
internal readonly record struct PngHeader(int Width, int Height, byte BitDepth, PngColorType ColorType, PngInterlaceMode InterlaceMethod)
{
    private const int Length = 13;

    private int SamplesPerPixel => ColorType switch
    {
        PngColorType.Rgb => 3,
        PngColorType.GrayscaleWithAlpha => 2,
        PngColorType.RgbWithAlpha => 4,
        _ => 1,
    };

    public int BitsPerPixel => BitDepth * SamplesPerPixel;

    /// <summary>The distance that filters look to the left.</summary>
    public int BytesPerPixel => Math.Max(BitsPerPixel / 8, 1);

    /// <summary>Bytes of a row without its filter byte.</summary>
    public long RowBytes(int columns) => (((long)columns * BitsPerPixel) + 7) / 8;

    /// <summary>Parses the chunk. The size is not judged: it is the caller's to refuse.</summary>
    /// <exception cref="InvalidImageContentException">The chunk is too short.</exception>
    /// <exception cref="NotSupportedException">A value is none of those that the specification defines.</exception>
    public static PngHeader Parse(ReadOnlySpan<byte> data)
    {
        if (data.Length < Length)
        {
            throw new InvalidImageContentException($"PNG header chunk is too short: {data.Length} bytes where {Length} are needed.");
        }

        PngHeader header = new(
            BinaryPrimitives.ReadInt32BigEndian(data),
            BinaryPrimitives.ReadInt32BigEndian(data[4..]),
            data[8],
            (PngColorType)data[9],
            (PngInterlaceMode)data[12]);

        ReadOnlySpan<byte> depths = header.ColorType switch
        {
            PngColorType.Grayscale => [1, 2, 4, 8, 16],
            PngColorType.Palette => [1, 2, 4, 8],
            PngColorType.Rgb or PngColorType.GrayscaleWithAlpha or PngColorType.RgbWithAlpha => [8, 16],
            _ => throw new NotSupportedException($"Invalid or unsupported color type. Was '{header.ColorType}'."),
        };

        if (!depths.Contains(header.BitDepth))
        {
            throw new NotSupportedException($"Invalid or unsupported bit depth. Was '{header.BitDepth}'.");
        }

        // Byte 10, the compression method, is not looked at: the package ignores it too.
        byte filterMethod = data[11];
        if (filterMethod != 0)
        {
            throw new NotSupportedException($"Invalid filter method. Expected 0. Was '{filterMethod}'.");
        }

        if (header.InterlaceMethod is not (PngInterlaceMode.None or PngInterlaceMode.Adam7))
        {
            throw new NotSupportedException(
                $"Invalid interlace method. Expected 'None' or 'Adam7'. Was '{header.InterlaceMethod}'.");
        }

        return header;
    }
}
