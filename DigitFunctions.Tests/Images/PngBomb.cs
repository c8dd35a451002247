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

    private static List<byte[]> Make(int colorType, int bitDepth, int interlace)
    {
        int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        byte[] row = new byte[1 + (Side * channels * bitDepth / 8)];
        row[0] = 4;
        row.AsSpan(row.Length / 3, row.Length / 8).Fill(1);
        using MemoryStream compressed = new();
        using (ZLibStream zlib = new(compressed, CompressionLevel.Fastest))
        {
            // The rows of the passes of an interlaced picture are other ones: zeros fit them all.
            for (int y = 0; y < Side + (interlace * Side); y++)
            {
                zlib.Write(interlace == 0 ? row : new byte[row.Length]);
            }
        }

        return [PngWriter.Header(Side, Side, bitDepth, colorType, interlace: interlace), PngWriter.Chunk("IDAT", compressed.ToArray()), PngWriter.Chunk("IEND", [])];
    }
}
