using System.IO.Compression;

namespace DigitFunctions.Tests.Images;

/// <summary>Small files of the largest pictures that the limits allow, in the kinds that take the most memory and time to decode.</summary>
internal static class PngBomb
{
    private const int Side = 4096;

    private static readonly Lazy<List<byte[]>>[] Bombs =
    [
        new(() => Make(0, 8, interlace: 0)),
        new(() => Make(2, 16, interlace: 0)),
        new(() => Make(4, 16, interlace: 0)),
        new(() => Make(6, 16, interlace: 0)),
        new(() => Make(6, 8, interlace: 0)),
        new(() => Make(0, 1, interlace: 1)),
    ];

    /// <summary>The chunks of one of them.</summary>
    public static List<byte[]> Any(Random random) => [.. Bombs[random.Next(Bombs.Length)].Value];

    /// <summary>Compressed zeros, made in pieces: the test's own memory is not to be taken for the decoder's.</summary>
    public static byte[] Zeros(int length)
    {
        byte[] piece = new byte[1 << 16];
        return Compress(Enumerable.Range(0, (length / piece.Length) + 1).Select(i => i < length / piece.Length ? piece : piece[..(length % piece.Length)]));
    }

    private static List<byte[]> Make(int colorType, int bitDepth, int interlace)
    {
        int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        byte[] row = new byte[1 + (Side * channels * bitDepth / 8)];
        if (interlace == 0)
        {
            // Paeth, and some samples that are not the ones to their left.
            row[0] = 4;
            row.AsSpan(row.Length / 3, row.Length / 8).Fill(1);
        }

        // The passes of an interlaced picture have rows of other lengths: zeros fit them all, if there are enough.
        byte[] data = Compress(Enumerable.Repeat(row, interlace == 0 ? Side : 2 * Side));
        return [PngWriter.Header(Side, Side, bitDepth, colorType, interlace: interlace), PngWriter.Chunk("IDAT", data), PngWriter.Chunk("IEND", [])];
    }

    private static byte[] Compress(IEnumerable<byte[]> pieces)
    {
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Fastest))
        {
            foreach (byte[] piece in pieces)
            {
                zlib.Write(piece);
            }
        }

        return compressed.ToArray();
    }
}
