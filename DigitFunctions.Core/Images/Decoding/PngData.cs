using System.Buffers.Binary;
using System.IO.Compression;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>The compressed data of a PNG: filtered rows, or those of seven passes, in one or more IDAT chunks.</summary>
internal static class PngData
{
    // The header of compressed data with a dictionary's number has six bytes.
    private const int ShortData = 6;

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

    /// <summary>The file with data chunks of very few bytes joined to one, where it has any: ImageSharp cannot tell a zlib header that is in two of them.</summary>
    /// <remarks>Only those that follow each other; a joined chunk is as right or wrong as its parts were.</remarks>
    public static ReadOnlySpan<byte> JoinShortChunks(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> run = FindChunks(file, out int start);
        (int chunks, int length, bool isShort) = (0, 0, false);
        for (ReadOnlySpan<byte> rest = run; PngChunks.TryTake(ref rest, out ReadOnlySpan<byte> typeAndData, out _); chunks++)
        {
            length += typeAndData.Length - 4;
            isShort |= typeAndData.Length - 4 < ShortData;
        }

        if (chunks < 2 || !isShort)
        {
            return file;
        }

        ReadOnlySpan<byte> after = file[(start + run.Length)..];
        byte[] joined = new byte[start + 12 + length + after.Length];
        file[..start].CopyTo(joined);
        BinaryPrimitives.WriteInt32BigEndian(joined.AsSpan(start), length);
        "IDAT"u8.CopyTo(joined.AsSpan(start + 4));
        bool isRight = true;
        int at = start + 8;
        while (PngChunks.TryTake(ref run, out ReadOnlySpan<byte> typeAndData, out uint checksum))
        {
            isRight &= Crc32.Compute(typeAndData) == checksum;
            typeAndData[4..].CopyTo(joined.AsSpan(at));
            at += typeAndData.Length - 4;
        }

        uint sum = Crc32.Compute(joined.AsSpan(start + 4, 4 + length));
        BinaryPrimitives.WriteUInt32BigEndian(joined.AsSpan(at), isRight ? sum : ~sum);
        after.CopyTo(joined.AsSpan(at + 4));
        return joined;
    }

    /// <summary>A copy of the file up to its first data chunk.</summary>
    /// <exception cref="InvalidDataException">A data chunk is damaged: its checksum is another.</exception>
    public static byte[] CopyHead(ReadOnlySpan<byte> file)
    {
        FindChunks(file, out int start);
        ReadOnlySpan<byte> rest = file[start..];
        while (PngChunks.TryTake(ref rest, out ReadOnlySpan<byte> typeAndData, out uint checksum))
        {
            if (typeAndData.StartsWith("IDAT"u8) && Crc32.Compute(typeAndData) != checksum)
            {
                throw new InvalidDataException("CRC Error. PNG IDAT chunk is corrupt!");
            }
        }

        return file[..start].ToArray();
    }

    /// <summary>Finds the data chunks that follow each other; neither libpng nor ImageSharp reads any after other chunks.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="start">Where the first of them is; where the chunks end, when there is none.</param>
    private static ReadOnlySpan<byte> FindChunks(ReadOnlySpan<byte> file, out int start)
    {
        ReadOnlySpan<byte> rest = file[PngChunks.Signature.Length..];
        ReadOnlySpan<byte> first = rest;
        while (PngChunks.TryTake(ref rest, out ReadOnlySpan<byte> typeAndData, out _) && !typeAndData.StartsWith("IDAT"u8) && !typeAndData.StartsWith("IEND"u8))
        {
            first = rest;
        }

        start = file.Length - first.Length;
        ReadOnlySpan<byte> after = first;
        for (rest = first; PngChunks.TryTake(ref rest, out ReadOnlySpan<byte> typeAndData, out _) && typeAndData.StartsWith("IDAT"u8);)
        {
            after = rest;
        }

        return first[..^after.Length];
    }

    private static int CopyData(ReadOnlySpan<byte> file, Span<byte> target)
    {
        ReadOnlySpan<byte> run = FindChunks(file, out _);
        int length = 0;
        while (PngChunks.TryTake(ref run, out ReadOnlySpan<byte> typeAndData, out _))
        {
            typeAndData[4..].CopyTo(target[length..]);
            length += typeAndData.Length - 4;
        }

        return length;
    }

    private static bool Decompress(ReadOnlySpan<byte> file, long length, Func<long, Memory<byte>> next)
    {
        byte[] data = PixelPool.Shared.Rent(file.Length);
        try
        {
            long missing = length;
            using var compressed = new MemoryStream(data, 0, CopyData(file, data));
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
