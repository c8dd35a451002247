namespace DigitFunctions.Core.Images.Decoding;

/// <summary>Gives a transparent picture a ground on which its opaque part can be seen.</summary>
internal static class TransparentGround
{
    // Ink covers less of a picture than paper does.
    private const double MostInk = 0.45;

    // Ink of one colour has less spread than paper with ink on it.
    private const int MostSpreadOfInk = 64;

    /// <summary>Lays a picture over its ground.</summary>
    /// <param name="grey">Lightness, replaced by that of the opaque result.</param>
    /// <param name="alpha">Opacity, 0 to 255.</param>
    public static void Fill(Span<byte> grey, ReadOnlySpan<byte> alpha)
    {
        int ground = Choose(grey, alpha);
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = (byte)(((grey[i] * alpha[i]) + (ground * (255 - alpha[i])) + 127) / 255);
        }
    }

    /// <summary>White under dark ink, black under light ink; under paper that has ink on it, the paper's own lightness.</summary>
    private static int Choose(ReadOnlySpan<byte> grey, ReadOnlySpan<byte> alpha)
    {
        Span<long> histogram = stackalloc long[256];
        long total = 0;
        for (int i = 0; i < grey.Length; i++)
        {
            histogram[grey[i]] += alpha[i];
            total += alpha[i];
        }

        int median = Quantile(histogram, total / 2);
        int spread = Quantile(histogram, total * 19 / 20) - Quantile(histogram, total / 20);
        bool isInk = spread <= MostSpreadOfInk || total < MostInk * 255 * grey.Length;
        return !isInk ? median : median < 128 ? 255 : 0;
    }

    private static int Quantile(ReadOnlySpan<long> histogram, long rank)
    {
        int value = 0;
        for (long sum = histogram[0]; sum <= rank && value < 255; sum += histogram[value])
        {
            value++;
        }

        return value;
    }
}
