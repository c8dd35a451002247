using System.Buffers.Binary;

namespace DigitFunctions.Tests.Images;

/// <summary>Makes hostile PNG files of good ones: the same seed, index and good files give the same file.</summary>
internal sealed class PngFuzz
{
    private static readonly (int ColorType, int BitDepth)[] Kinds =
        [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)];

    private static readonly (int Width, int Height)[] SmallSizes = [(1, 1), (2, 3), (5, 1), (1, 9), (7, 5), (8, 8), (9, 17)];
    private static readonly (int Width, int Height)[] Sizes = [(40, 50), (56, 56), (33, 70), (56, 28), (100, 80), (27, 29), (200, 160)];

    private readonly int _seed;
    private readonly List<byte[]>[] _pictures;

    /// <summary>Makes the good files.</summary>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="pictures">More good files, beside those of every colour type and depth that it makes itself.</param>
    public PngFuzz(int seed, params IEnumerable<byte[]> pictures)
    {
        _seed = seed;
        _pictures = [.. GoodFiles().Concat(pictures.Select(Split)).OrderBy(PixelsOf)];
    }

    /// <summary>One hostile file; safe to call from many threads.</summary>
    /// <param name="index">Which one.</param>
    public byte[] Make(int index)
    {
        // Neighbouring seeds of Random begin alike.
        ulong mixed = (((ulong)(uint)_seed << 32) | (uint)index) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
        return new PngMutation(_pictures, new Random((int)(mixed >> 32))).Make();
    }

    private static IEnumerable<List<byte[]>> GoodFiles()
    {
        var random = new Random(1);
        int next = 0;
        foreach ((int colorType, int bitDepth) in Kinds)
        {
            foreach (bool interlaced in new[] { false, true })
            {
                yield return GoodFile(28, 28, colorType, bitDepth, interlaced, random);
                (int width, int height) = SmallSizes[next % SmallSizes.Length];
                yield return GoodFile(width, height, colorType, bitDepth, interlaced, random);
                (width, height) = Sizes[next++ % Sizes.Length];
                yield return GoodFile(width, height, colorType, bitDepth, interlaced, random);
            }
        }

        yield return GoodFile(900, 700, 6, 16, interlaced: true, random);
        yield return GoodFile(1300, 1100, 0, 8, interlaced: false, random);
    }

    private static List<byte[]> GoodFile(int width, int height, int colorType, int bitDepth, bool interlaced, Random random)
    {
        int most = (1 << bitDepth) - 1;
        var writer = new PngWriter(width, height)
        {
            ColorType = colorType,
            BitDepth = bitDepth,
            Interlaced = interlaced,
            Palette = colorType == 3 ? Bytes(3 * (most + 1), random) : null,
            Transparency = random.Next(3) != 0 ? null : colorType switch { 0 => [0, 1], 2 => [0, 0, 0, 0, 0, 0], 3 => Bytes(most + 1, random), _ => null },
            MaxDataChunk = random.Next(3) == 0 ? 200 : int.MaxValue,
        };
        byte[] digit = Some.Seven(width, height, width / 5, height / 8, Math.Max(1, height * 3 / 4));
        bool isNoise = random.Next(5) == 0;
        ushort[] samples = new ushort[width * height * writer.Channels];
        for (int i = 0; i < samples.Length; i++)
        {
            samples[i] = (ushort)(isNoise ? random.Next(most + 1) : digit[i / writer.Channels] * most / 255);
        }

        return writer.Chunks(samples);
    }

    private static byte[] Bytes(int length, Random random)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static List<byte[]> Split(byte[] file)
    {
        List<byte[]> chunks = [];
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)) + 12;
            chunks.Add(file[at..(at + length)]);
            at += length;
        }

        return chunks;
    }

    private static long PixelsOf(List<byte[]> chunks) =>
        (long)BinaryPrimitives.ReadInt32BigEndian(chunks[0].AsSpan(8)) * BinaryPrimitives.ReadInt32BigEndian(chunks[0].AsSpan(12));
}
