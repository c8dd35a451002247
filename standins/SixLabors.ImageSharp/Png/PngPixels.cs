using System.Buffers;
using System.IO.Compression;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Fills a picture from the compressed rows of a file.</summary>
internal static class PngPixels
{
    // No deflate stream grows by more.
    private const long MaxInflation = 1032;

    /// <summary>Reads rows until the picture is full or the data ends; what the data does not reach stays zero.</summary>
    /// <param name="data">The zlib stream of the IDAT chunks.</param>
    /// <param name="dataBytes">The most bytes that <paramref name="data"/> can have.</param>
    /// <exception cref="ImageFormatException">The data has no zlib header, or a row has an unknown filter.</exception>
    /// <exception cref="InvalidDataException">The data is no deflate stream.</exception>
    public static void Read<TPixel>(
        Stream data, int dataBytes, PngHeader header, PngMetadata metadata, Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ReadZlibHeader(data);
        long rowBytes = header.RowBytes(header.Width) + 1;
        PngRowWriter<TPixel> writer = new(header, metadata);
        if (rowBytes > Array.MaxLength || rowBytes > dataBytes * MaxInflation)
        {
            return;
        }

        byte[] row = ArrayPool<byte>.Shared.Rent((int)rowBytes);
        byte[] above = ArrayPool<byte>.Shared.Rent((int)rowBytes);
        try
        {
            using DeflateStream rows = new(data, CompressionMode.Decompress, leaveOpen: true);
            foreach (PngPass pass in PngPass.Of(header.InterlaceMethod))
            {
                if (pass.Columns(header.Width) > 0 && !ReadPass(rows, pass, row, above, header, writer, image))
                {
                    return;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(row);
            ArrayPool<byte>.Shared.Return(above);
        }
    }

    private static bool ReadPass<TPixel>(
        DeflateStream rows, PngPass pass, byte[] row, byte[] above, PngHeader header, PngRowWriter<TPixel> writer, Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        int length = 1 + (int)header.RowBytes(pass.Columns(header.Width));
        above.AsSpan(0, length).Clear();
        for (int y = pass.FirstRow; y < header.Height; y += pass.RowStep)
        {
            Span<byte> filtered = row.AsSpan(0, length);
            if (rows.ReadAtLeast(filtered, length, throwOnEndOfStream: false) < length)
            {
                return false;
            }

            Span<byte> samples = filtered[1..];
            PngUnfilter.Apply(filtered[0], samples, above.AsSpan(1, samples.Length), header.BytesPerPixel);
            writer.Write(samples, image.Pixels.Row(y)[pass.FirstColumn..], pass.ColumnStep);
            (row, above) = (above, row);
        }

        return true;
    }

    /// <summary>Reads the two bytes before the deflate stream. As in the package, the check bits and the checksum behind the stream are
    /// not looked at.</summary>
    private static void ReadZlibHeader(Stream data)
    {
        int method = data.ReadByte();
        int flags = data.ReadByte();
        if (method < 0 || (method & 0x0F) != 8)
        {
            throw new ImageFormatException($"Bad method for ZLIB header: cmf={method}");
        }

        int window = method >> 4;
        if (window > 7)
        {
            throw new ImageFormatException($"Invalid window size for ZLIB header: cinfo={window}");
        }

        if ((flags & 0x20) != 0)
        {
            // The name of a preset dictionary: PNG has none.
            data.ReadAtLeast(stackalloc byte[4], 4, throwOnEndOfStream: false);
        }
    }
}
