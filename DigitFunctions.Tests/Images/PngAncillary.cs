using System.Buffers.Binary;

namespace DigitFunctions.Tests.Images;

/// <summary>Chunks beside header and data, with contents that are right, odd or wrong; their checksums are right.</summary>
internal static class PngAncillary
{
    private static readonly string[] Types =
    [
        "gAMA", "cHRM", "sRGB", "sBIT", "tRNS", "eXIf", "PLTE", "iCCP", "bKGD", "hIST", "pHYs", "sPLT", "tIME", "tEXt", "zTXt", "iTXt", "cICP", "mDCV",
        "acTL", "fcTL", "fdAT", "CgBI", "IHDR", "IDAT", "IEND", "juNK", "JuNK",
    ];

    private static readonly uint[] Gammas = [0, 1, 15, 16, 1000, 22000, 45455, 50000, 99999, 100_000, 220_000, 625_000_000, 625_000_001, int.MaxValue, uint.MaxValue];

    /// <summary>Any chunk, those that change how pictures are read more often.</summary>
    public static byte[] Any(Random random)
    {
        string type = Types[random.Next(2) == 0 ? random.Next(7) : random.Next(Types.Length)];
        byte[] data = random.Next(5) == 0 ? Noise(random, random.Next(40)) : type switch
        {
            "gAMA" => Number(random.Next(3) == 0 ? (uint)random.NextInt64(1L << 32) : Gammas[random.Next(Gammas.Length)]),
            "cHRM" or "mDCV" => Noise(random, 32),
            "sRGB" => [(byte)random.Next(5)],
            "sBIT" => [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => (byte)random.Next(18))],
            "tRNS" => Noise(random, random.Next(4) switch { 0 => random.Next(257), 1 => 2, 2 => 6, _ => random.Next(8) }),
            "eXIf" => Exif(random),
            "PLTE" => Noise(random, random.Next(3) == 0 ? random.Next(800) : 3 * random.Next(258)),
            "iCCP" or "zTXt" => [.. "name\0\0"u8, .. PngBomb.Zeros(random.Next(100) == 0 ? 16 << 20 : random.Next(2000))],
            "iTXt" => [.. "name\0\u0001\0\0\0"u8, .. PngBomb.Zeros(random.Next(2000))],
            "tEXt" => [.. "Comment\0"u8, .. Noise(random, random.Next(100))],
            "acTL" => [.. Number((uint)random.Next(4)), .. Number(0)],
            "fcTL" => [.. Number(0), .. Number((uint)random.Next(40)), .. Number((uint)random.Next(40)), .. Noise(random, 14)],
            _ => Noise(random, random.Next(20)),
        };
        return PngWriter.Chunk(type, data);
    }

    /// <summary>Random bytes.</summary>
    public static byte[] Noise(Random random, int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }

    private static byte[] Number(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>A TIFF structure with the orientation in it, or nearly one.</summary>
    private static byte[] Exif(Random random)
    {
        byte[] offset = random.Next(4) == 0 ? Number((uint)random.NextInt64(1L << 32)) : [0, 0, 0, 8];
        byte[] count = [0, (byte)random.Next(4)];
        byte[] entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)random.Next(10), 0, 0];
        byte[] exif = [.. "MM\0*"u8, .. offset, .. count, .. entry, .. entry, 0, 0, 0, 0];
        if (random.Next(3) == 0)
        {
            exif[random.Next(exif.Length)] = (byte)random.Next(256);
        }

        return exif[..(random.Next(4) == 0 ? random.Next(exif.Length) : exif.Length)];
    }
}
