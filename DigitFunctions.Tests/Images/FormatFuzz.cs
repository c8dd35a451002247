using System.Buffers.Binary;

namespace DigitFunctions.Tests.Images;

/// <summary>Makes hostile files of every format but PNG of good ones: the same seed and index give the same file.</summary>
/// <param name="seed">Of the random numbers.</param>
internal sealed class FormatFuzz(int seed)
{
    // Sides, offsets, lengths and counts at which arithmetic goes wrong.
    private static readonly uint[] Numbers =
        [0, 1, 2, 3, 4, 8, 16, 17, 32, 63, 64, 127, 128, 255, 256, 4095, 4096, 5000, 16383, 32767, 32768, 65535, 65536, 1 << 24, int.MaxValue, 0x80000000, uint.MaxValue];

    // Most of what a header says is here.
    private const int HeaderLength = 64;

    private readonly byte[][] _files = [.. FormatPictures.Names.Order(StringComparer.Ordinal).Select(FormatPictures.File)];

    /// <summary>One hostile file; safe to call from many threads.</summary>
    /// <param name="index">Which one.</param>
    public byte[] Make(int index)
    {
        // Neighbouring seeds of Random begin alike.
        ulong mixed = (((ulong)(uint)seed << 32) | (uint)index) * 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9;
        var random = new Random((int)(mixed >> 32));
        byte[] file = [.. _files[random.Next(_files.Length)]];
        for (int i = random.Next(6) switch { < 3 => 1, < 5 => 3, _ => 10 }; i > 0 && file.Length > 0; i--)
        {
            file = Change(file, random);
        }

        return file;
    }

    private byte[] Change(byte[] file, Random random)
    {
        int at = Place(file, random);
        int length = Math.Min(random.Next(40), file.Length - at);
        switch (random.Next(12))
        {
            case < 3:
                file[at] ^= (byte)(1 << random.Next(8));
                return file;
            case 3:
                file[at] = (byte)random.Next(256);
                return file;
            case < 7:
                WriteNumber(file.AsSpan(at), random);
                return file;
            case 7:
                return [.. file[..at], .. file[(at + length)..]];
            case 8:
                return [.. file[..(at + length)], .. file[at..]];
            case 9:
                return [.. file[..at], .. PngAncillary.Noise(random, random.Next(1, 30)), .. file[at..]];
            case 10:
                return random.Next(3) == 0 ? file[..at] : file;
            default:
                // The beginning of one, the rest of another, not always of the same format.
                byte[] other = _files[random.Next(_files.Length)];
                return [.. file[..at], .. other[Math.Min(at, other.Length)..]];
        }
    }

    /// <summary>In the header, at the end, where TIFF has its directory, or anywhere.</summary>
    private static int Place(byte[] file, Random random) => random.Next(4) switch
    {
        < 2 => random.Next(Math.Min(file.Length, HeaderLength)),
        2 => file.Length - 1 - random.Next(Math.Min(file.Length, 4 * HeaderLength)),
        _ => random.Next(file.Length),
    };

    private static void WriteNumber(Span<byte> target, Random random)
    {
        uint number = random.Next(4) == 0 ? (uint)random.Next(5000) : Numbers[random.Next(Numbers.Length)];
        Span<byte> bytes = stackalloc byte[4];
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
            bytes[..Math.Min(target.Length, random.Next(2) == 0 ? 2 : 4)].CopyTo(target);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            bytes = random.Next(2) == 0 ? bytes[2..] : bytes;
            bytes[..Math.Min(target.Length, bytes.Length)].CopyTo(target);
        }
    }
}
