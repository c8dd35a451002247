using System.Buffers;
using System.IO.Compression;

namespace DigitFunctions.Core.Images;

/// <summary>Whether the compressed data of a PNG hold all of its rows: ImageSharp leaves rows that are missing black, and says nothing.</summary>
internal static class PngData
{
    // First column and row, and the steps between columns and rows, of the seven passes of Adam7.
    private static readonly (int X, int Y, int StepX, int StepY)[] Adam7Passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    /// <summary>Decompresses the data and counts them; never more than the rows need.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="png">What its chunks say.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    public static bool IsWhole(ReadOnlySpan<byte> file, PngChunks png, int width, int height)
    {
        byte[] data = PixelPool.Shared.Rent(file.Length);
        byte[] sink = PixelPool.Shared.Rent(1 << 15);
        try
        {
            long missing = LengthOfRows(png, width, height);
            using var compressed = new MemoryStream(data, 0, PngChunks.CopyData(file, data));
            using var rows = new ZLibStream(compressed, CompressionMode.Decompress);
            for (int read; missing > 0 && (read = rows.Read(sink, 0, (int)Math.Min(missing, sink.Length))) > 0;)
            {
                missing -= read;
            }

            return missing == 0;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // zlib's wish for a preset dictionary, which PNG does not know, is an IOException.
            return false;
        }
        finally
        {
            PixelPool.Shared.Return(data);
            PixelPool.Shared.Return(sink);
        }
    }

    private static long LengthOfRows(PngChunks png, int width, int height)
    {
        int channels = png.ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        long bits = (long)channels * png.BitDepth;
        if (!png.IsInterlaced)
        {
            return (((width * bits) + 7) / 8 + 1) * height;
        }

        long length = 0;
        foreach ((int x, int y, int stepX, int stepY) in Adam7Passes)
        {
            long columns = (width - x + stepX - 1) / stepX;
            long rows = (height - y + stepY - 1) / stepY;
            length += columns > 0 && rows > 0 ? (((columns * bits) + 7) / 8 + 1) * rows : 0;
        }

        return length;
    }
}
