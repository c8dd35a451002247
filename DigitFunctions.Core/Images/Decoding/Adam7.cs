using System.Buffers.Binary;
using System.IO.Compression;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>The seven passes of an interlaced PNG: <see href="https://www.w3.org/TR/png-3/#8Interlace"/>.</summary>
/// <remarks>
/// ImageSharp 2.1 loses count of the rows where a pass has no columns, which is so for pictures of fewer than five pixels a row: it
/// reads other rows than there are, or waits for them for ever. A pass by itself is a PNG without passes, and that it reads well.
/// </remarks>
internal static class Adam7
{
    // IHDR is the first chunk; its width, height and interlace method, and where its checksum is.
    private const int HeaderLength = 8 + 13 + 4;
    private const int Interlace = 8 + 12;

    // First column and row, and the steps between columns and rows.
    private static readonly (int X, int Y, int StepX, int StepY)[] Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>The most pixels a row that a picture with a pass without columns has.</summary>
    public const int Narrow = 4;

    /// <summary>Bytes of all passes, decompressed.</summary>
    /// <param name="width">Pixels a row of the picture.</param>
    /// <param name="height">Rows of the picture.</param>
    /// <param name="bits">Bits a pixel.</param>
    public static long Length(int width, int height, int bits)
    {
        long length = 0;
        for (int pass = 0; pass < Passes.Length; pass++)
        {
            (int columns, int rows) = SizeOf(pass, width, height);
            length += PngData.Length(columns, rows, bits);
        }

        return length;
    }

    /// <summary>Decodes a picture pass by pass.</summary>
    /// <param name="decoders">The decoder of PNG, and its limits.</param>
    /// <param name="file">The whole file, whose data are known to be whole.</param>
    /// <param name="png">What its chunks say.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <exception cref="InvalidDataException">A chunk's checksum is wrong.</exception>
    public static Image<TPixel> Decode<TPixel>(Configuration decoders, ReadOnlySpan<byte> file, PngChunks png, int width, int height)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        byte[] head = PngData.CopyHead(file);
        ReadOnlySpan<byte> data = PngData.Decompress(file, Length(width, height, png.BitsPerPixel));
        var image = new Image<TPixel>(decoders, width, height);
        for (int pass = 0; pass < Passes.Length; pass++)
        {
            (int columns, int rows) = SizeOf(pass, width, height);
            int length = (int)PngData.Length(columns, rows, png.BitsPerPixel);
            if (length > 0)
            {
                using Image<TPixel> part = Image.Load<TPixel>(decoders, MakeFile(head, columns, rows, data[..length]));
                Place(part, image, pass);
                data = data[length..];
            }
        }

        return image;
    }

    private static (int Columns, int Rows) SizeOf(int pass, int width, int height)
    {
        (int x, int y, int stepX, int stepY) = Passes[pass];
        return ((width - x + stepX - 1) / stepX, (height - y + stepY - 1) / stepY);
    }

    private static byte[] MakeFile(byte[] head, int columns, int rows, ReadOnlySpan<byte> data)
    {
        using var file = new MemoryStream();
        file.Write(head);
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.NoCompression))
        {
            zlib.Write(data);
        }

        PngChunks.Write(file, "IDAT"u8, compressed.ToArray());
        PngChunks.Write(file, "IEND"u8, []);
        byte[] bytes = file.ToArray();
        Span<byte> header = bytes.AsSpan(PngChunks.Signature.Length, HeaderLength);
        BinaryPrimitives.WriteInt32BigEndian(header[8..], columns);
        BinaryPrimitives.WriteInt32BigEndian(header[12..], rows);
        header[Interlace] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(header[^4..], Crc32.Compute(header[4..^4]));
        return bytes;
    }

    private static void Place<TPixel>(Image<TPixel> part, Image<TPixel> image, int pass)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        (int x, int y, int stepX, int stepY) = Passes[pass];
        part.ProcessPixelRows(image, (from, to) =>
        {
            for (int row = 0; row < from.Height; row++)
            {
                ReadOnlySpan<TPixel> source = from.GetRowSpan(row);
                Span<TPixel> target = to.GetRowSpan(y + (row * stepY));
                for (int column = 0; column < source.Length; column++)
                {
                    target[x + (column * stepX)] = source[column];
                }
            }
        });
    }
}
