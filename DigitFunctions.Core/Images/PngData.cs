using System.IO.Compression;

namespace DigitFunctions.Core.Images;

/// <summary>The compressed data of a PNG: filtered rows, or those of seven passes.</summary>
internal static class PngData
{
    /// <summary>Whether the data hold all rows: ImageSharp leaves rows that are missing black, and says nothing.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="png">What its chunks say.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    public static bool IsWhole(ReadOnlySpan<byte> file, PngChunks png, int width, int height)
    {
        long length = png.IsInterlaced ? Adam7.Length(width, height, png.BitsPerPixel) : Length(width, height, png.BitsPerPixel);
        byte[] sink = PixelPool.Shared.Rent(1 << 15);
        try
        {
            // Never more than the rows need is decompressed, and no more at once than there is room for.
            return Decompress(file, length, missing => sink.AsMemory(0, (int)Math.Min(missing, sink.Length)));
        }
        finally
        {
            PixelPool.Shared.Return(sink);
        }
    }

    /// <summary>The filtered rows, decompressed.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="length">How many bytes there are.</param>
    /// <exception cref="InvalidDataException">There are fewer.</exception>
    public static byte[] Decompress(ReadOnlySpan<byte> file, long length)
    {
        var rows = new byte[length];
        return Decompress(file, length, missing => rows.AsMemory((int)(length - missing)))
            ? rows
            : throw new InvalidDataException("it has fewer rows than its header says");
    }

    /// <summary>Bytes of some rows, decompressed: each one begins with the number of its filter, and none is where a row has no pixels.</summary>
    /// <param name="columns">Pixels a row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="bits">Bits a pixel.</param>
    public static long Length(int columns, int rows, int bits) => columns == 0 ? 0 : ((((long)columns * bits) + 7) / 8 + 1) * rows;

    private static bool Decompress(ReadOnlySpan<byte> file, long length, Func<long, Memory<byte>> next)
    {
        byte[] data = PixelPool.Shared.Rent(file.Length);
        try
        {
            long missing = length;
            using var compressed = new MemoryStream(data, 0, PngChunks.CopyData(file, data));
            using var rows = new ZLibStream(compressed, CompressionMode.Decompress);
            for (int read; missing > 0 && (read = rows.Read(next(missing).Span)) > 0;)
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
        }
    }
}
