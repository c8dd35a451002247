using System.Buffers;
using System.IO.Compression;

namespace DigitFunctions.Tests.Images;

/// <summary>Changes what the IDAT chunks of a file hold, below their checksums: the filtered rows, or the compressed stream.</summary>
internal static class PngDataMutation
{
    // More rows than these are too slow to compress for every file.
    private const int MostRowBytes = 1 << 20;

    /// <summary>Whether a chunk is of a type.</summary>
    public static bool Is(byte[] chunk, string type) =>
        chunk[4] == type[0] && chunk[5] == type[1] && chunk[6] == type[2] && chunk[7] == type[3];

    /// <summary>What a chunk holds.</summary>
    public static ReadOnlySpan<byte> DataOf(byte[] chunk) => chunk.AsSpan(8, chunk.Length - 12);

    /// <summary>Changes filters and samples, or how many there are, and compresses them anew.</summary>
    public static void ChangeRows(List<byte[]> chunks, Random random)
    {
        byte[] rows = Inflate(Join(chunks));
        if (rows.Length == 0)
        {
            return;
        }

        int change = random.Next(6);
        switch (change)
        {
            case 0:
                rows = rows[..random.Next(rows.Length)];
                break;
            case 1:
                rows = [.. rows, .. PngAncillary.Noise(random, random.Next(1, 2000))];
                break;
            case 2:
                rows.AsSpan(random.Next(rows.Length)).Fill((byte)random.Next(256));
                break;
            case 3:
                random.NextBytes(rows.AsSpan(random.Next(rows.Length)));
                break;
            case 4:
                // Small numbers are filters wherever a row begins: all samples are near to black then, and none of the rows is refused.
                foreach (ref byte value in rows.AsSpan())
                {
                    value = (byte)random.Next(5);
                }

                break;
            default:
                for (int i = random.Next(1, 30); i > 0; i--)
                {
                    rows[random.Next(rows.Length)] = (byte)random.Next(random.Next(2) == 0 ? 6 : 256);
                }

                break;
        }

        Replace(chunks, PngWriter.Compress(rows));
    }

    /// <summary>Changes the zlib stream: its header, its blocks, its end, its checksum, what follows it.</summary>
    public static void ChangeStream(List<byte[]> chunks, Random random)
    {
        byte[] stream = Join(chunks);
        if (stream.Length < 6)
        {
            return;
        }

        switch (random.Next(8))
        {
            case 0:
                stream = stream[..random.Next(stream.Length)];
                break;
            case 1:
                stream = [.. stream, .. PngAncillary.Noise(random, random.Next(1, 500))];
                break;
            case 2:
                stream[^random.Next(1, 5)] ^= (byte)(1 << random.Next(8));
                break;
            case 3:
                stream[random.Next(2)] = (byte)random.Next(256);
                break;
            case 4:
                // A preset dictionary, which PNG does not know, with the check bits right.
                stream = [0x78, 0xBB, .. random.Next(2) == 0 ? PngAncillary.Noise(random, 4) : [], .. stream[2..]];
                break;
            case 5:
                stream = PngBomb.Zeros(random.Next(random.Next(40) == 0 ? 32 << 20 : 100_000));
                break;
            case 6:
                stream = Stored(Inflate(stream), random);
                break;
            default:
                for (int i = random.Next(1, 4); i > 0; i--)
                {
                    stream[random.Next(stream.Length)] ^= (byte)(1 << random.Next(8));
                }

                break;
        }

        Replace(chunks, stream);
    }

    /// <summary>Without compression, in blocks some of which hold nothing.</summary>
    private static byte[] Stored(byte[] rows, Random random)
    {
        using MemoryStream stream = new();
        stream.Write([0x78, 0x01]);
        foreach (byte[] block in rows.Chunk(random.Next(1, 5000)).Append([]))
        {
            for (int i = random.Next(3); i > 0; i--)
            {
                stream.Write([0, 0, 0, 0xFF, 0xFF]);
            }

            stream.Write([block.Length == 0 ? (byte)1 : (byte)0, (byte)block.Length, (byte)(block.Length >> 8), (byte)~block.Length, (byte)(~block.Length >> 8)]);
            stream.Write(block);
        }

        stream.Write(PngAncillary.Noise(random, 4));
        return stream.ToArray();
    }

    private static byte[] Join(List<byte[]> chunks) => [.. chunks.Where(chunk => Is(chunk, "IDAT")).SelectMany(chunk => DataOf(chunk).ToArray())];

    /// <summary>The rows, as far as they can be read.</summary>
    private static byte[] Inflate(byte[] stream)
    {
        byte[] rows = ArrayPool<byte>.Shared.Rent(MostRowBytes);
        int length = 0;
        try
        {
            using ZLibStream zlib = new(new MemoryStream(stream), CompressionMode.Decompress);
            for (int read; length < rows.Length && (read = zlib.Read(rows, length, rows.Length - length)) > 0;)
            {
                length += read;
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // An earlier change broke it: what came before stays.
        }

        byte[] whole = rows[..length];
        ArrayPool<byte>.Shared.Return(rows);
        return whole;
    }

    /// <summary>One IDAT chunk where the first one was.</summary>
    private static void Replace(List<byte[]> chunks, byte[] stream)
    {
        int at = chunks.FindIndex(chunk => Is(chunk, "IDAT"));
        chunks.RemoveAll(chunk => Is(chunk, "IDAT"));
        chunks.Insert(Math.Clamp(at, 0, chunks.Count), PngWriter.Chunk("IDAT", stream));
    }
}
