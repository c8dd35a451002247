using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Images.Decoding;

namespace DigitFunctions.Tests.Images;

/// <summary>Writes PNG files of every kind that the specification knows, and broken ones (https://www.w3.org/TR/png-3/).</summary>
/// <param name="width">Pixels a row.</param>
/// <param name="height">Rows.</param>
internal sealed class PngWriter(int width, int height)
{
    /// <summary>The filter of each row is another one.</summary>
    public const int MixedFilters = -1;

    private static readonly (int Row, int RowStep, int Column, int ColumnStep)[] Adam7 =
        [(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2), (1, 2, 0, 1)];

    /// <summary>0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGB with alpha.</summary>
    public int ColorType { get; init; }

    /// <summary>Bits a sample.</summary>
    public int BitDepth { get; init; } = 8;

    /// <summary>Whether the rows come in the seven passes of Adam7.</summary>
    public bool Interlaced { get; init; }

    /// <summary>0 to 4, or <see cref="MixedFilters"/>.</summary>
    public int Filter { get; init; } = MixedFilters;

    /// <summary>The data of PLTE, three bytes an entry.</summary>
    public byte[]? Palette { get; init; }

    /// <summary>The data of tRNS.</summary>
    public byte[]? Transparency { get; init; }

    /// <summary>The most bytes of an IDAT chunk.</summary>
    public int MaxDataChunk { get; init; } = int.MaxValue;

    /// <summary>Whole chunks to put between IHDR and PLTE.</summary>
    public IReadOnlyList<byte[]> ExtraChunks { get; init; } = [];

    /// <summary>Samples a pixel.</summary>
    public int Channels => ColorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    private int FilterDistance => Math.Max(1, Channels * BitDepth / 8);

    /// <summary>A grey picture of 8 bits.</summary>
    public static byte[] Grey(int width, int height, ReadOnlySpan<byte> pixels) =>
        new PngWriter(width, height).Write(Widen(pixels));

    /// <summary>An RGB picture of 8 bits.</summary>
    public static byte[] Rgb(int width, int height, ReadOnlySpan<byte> pixels) =>
        new PngWriter(width, height) { ColorType = 2 }.Write(Widen(pixels));

    /// <summary>Puts the signature before chunks.</summary>
    public static byte[] File(params IEnumerable<byte[]> chunks)
    {
        using MemoryStream file = new();
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        foreach (byte[] chunk in chunks)
        {
            file.Write(chunk);
        }

        return file.ToArray();
    }

    /// <summary>A chunk with its length and, unless another one is given, its checksum.</summary>
    public static byte[] Chunk(string type, ReadOnlySpan<byte> data, uint? crc = null)
    {
        byte[] chunk = new byte[data.Length + 12];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(data.Length + 8), crc ?? Crc32.Compute(chunk.AsSpan(4, data.Length + 4)));
        return chunk;
    }

    /// <summary>An IHDR chunk, whatever its values.</summary>
    public static byte[] Header(uint width, uint height, int bitDepth, int colorType, int filterMethod = 0, int interlace = 0)
    {
        byte[] data = [0, 0, 0, 0, 0, 0, 0, 0, (byte)bitDepth, (byte)colorType, 0, (byte)filterMethod, (byte)interlace];
        BinaryPrimitives.WriteUInt32BigEndian(data, width);
        BinaryPrimitives.WriteUInt32BigEndian(data.AsSpan(4), height);
        return Chunk("IHDR", data);
    }

    /// <summary>Compresses as IDAT wants it.</summary>
    public static byte[] Compress(ReadOnlySpan<byte> rows)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Fastest))
        {
            zlib.Write(rows);
        }

        return compressed.ToArray();
    }

    /// <summary>The file.</summary>
    /// <param name="samples">Row after row, each sample of a pixel by itself, within the bit depth.</param>
    public byte[] Write(ReadOnlySpan<ushort> samples) => File(Chunks(samples));

    /// <summary>The file's chunks, for tests that break one.</summary>
    /// <inheritdoc cref="Write"/>
    public List<byte[]> Chunks(ReadOnlySpan<ushort> samples)
    {
        List<byte[]> chunks = [Header((uint)width, (uint)height, BitDepth, ColorType, interlace: Interlaced ? 1 : 0), .. ExtraChunks];
        if (Palette is not null)
        {
            chunks.Add(Chunk("PLTE", Palette));
        }

        if (Transparency is not null)
        {
            chunks.Add(Chunk("tRNS", Transparency));
        }

        chunks.AddRange(Compress(Rows(samples)).Chunk(MaxDataChunk).Select(data => Chunk("IDAT", data)));
        chunks.Add(Chunk("IEND", []));
        return chunks;
    }

    /// <summary>The filtered rows before compression.</summary>
    /// <inheritdoc cref="Write"/>
    public byte[] Rows(ReadOnlySpan<ushort> samples)
    {
        if (samples.Length != width * height * Channels)
        {
            throw new ArgumentException($"{width * height * Channels} samples are needed, {samples.Length} were given.", nameof(samples));
        }

        using MemoryStream rows = new();
        foreach ((int firstRow, int rowStep, int firstColumn, int columnStep) in Interlaced ? Adam7 : [(0, 1, 0, 1)])
        {
            if (firstColumn >= width)
            {
                continue;
            }

            byte[]? above = null;
            for (int y = firstRow; y < height; y += rowStep)
            {
                byte[] row = Pack(samples.Slice(y * width * Channels, width * Channels), firstColumn, columnStep);
                int filter = Filter == MixedFilters ? y / rowStep % 5 : Filter;
                rows.WriteByte((byte)filter);
                rows.Write(ApplyFilter(filter, row, above ?? new byte[row.Length]));
                above = row;
            }
        }

        return rows.ToArray();
    }

    private static ushort[] Widen(ReadOnlySpan<byte> pixels) => Array.ConvertAll(pixels.ToArray(), pixel => (ushort)pixel);

    private byte[] Pack(ReadOnlySpan<ushort> row, int firstColumn, int columnStep)
    {
        if (BitDepth == 8 && columnStep == 1)
        {
            return Array.ConvertAll(row.ToArray(), sample => (byte)sample);
        }

        int columns = ((width - firstColumn - 1) / columnStep) + 1;
        byte[] packed = new byte[((columns * Channels * BitDepth) + 7) / 8];
        int at = 0, bits = 0, held = 0;
        for (int x = firstColumn; x < width; x += columnStep)
        {
            foreach (ushort sample in row.Slice(x * Channels, Channels))
            {
                held = (held << BitDepth) | sample;
                for (bits += BitDepth; bits >= 8; bits -= 8)
                {
                    packed[at++] = (byte)(held >> (bits - 8));
                }
            }
        }

        if (bits > 0)
        {
            packed[at] = (byte)(held << (8 - bits));
        }

        return packed;
    }

    private byte[] ApplyFilter(int filter, byte[] row, byte[] above)
    {
        byte[] filtered = new byte[row.Length];
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < FilterDistance ? 0 : row[i - FilterDistance];
            int corner = i < FilterDistance ? 0 : above[i - FilterDistance];
            int predicted = filter switch
            {
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                4 => Paeth(left, above[i], corner),
                _ => 0,
            };
            filtered[i] = (byte)(row[i] - predicted);
        }

        return filtered;
    }

    private static int Paeth(int left, int above, int corner)
    {
        int estimate = left + above - corner;
        int nearest = Math.Abs(estimate - above) < Math.Abs(estimate - left) ? above : left;
        return Math.Abs(estimate - corner) < Math.Abs(estimate - nearest) ? corner : nearest;
    }
}
