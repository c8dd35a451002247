namespace DigitFunctions.Tests.Images;

/// <summary>
/// Makes pictures of a digit as people make them: photographed or scanned at any size, anywhere on a page that is grey, ruled, framed,
/// unevenly lit or transparent, with a thin or a thick pen, in either polarity, out of focus, noisy or compressed. The same seed gives the same file.
/// </summary>
internal static class Scan
{
    /// <summary>Pixels a side, drawn so that each doubling is as likely as any other.</summary>
    public const int LeastSide = 20, MostSide = 4000;

    // A digit of fewer pixels is not one that people would take a picture of.
    private const int LeastDigit = 14;

    /// <summary>A PNG file.</summary>
    /// <param name="digit">28×28 values row by row, 255 for ink, framed as MNIST's are.</param>
    /// <param name="seed">Decides on everything else.</param>
    /// <param name="mostSide">No side has more pixels; another limit gives another picture.</param>
    public static byte[] Make(ReadOnlySpan<byte> digit, int seed, int mostSide = MostSide)
    {
        ScanDraw draw = new(seed);
        (int width, int height) = DrawSize(draw, mostSide);
        int shortSide = Math.Min(width, height);
        double size = Math.Max(LeastDigit, shortSide * draw.Between(0.15, 0.9));

        float[] ink = ScanInk.Render(digit, width, height, size, draw);
        if (draw.Chance(0.1))
        {
            return OnTransparentGround(ink, width, height, draw);
        }

        float[] page = ScanPaper.Render(ink, width, height, size, draw);
        ScanCamera.Blur(page, width, height, size * (draw.Chance(0.5) ? draw.Between(0, 0.04) : 0));
        // Large pictures are less noisy and grey: noise does not compress, and files beyond Imaging__MaxBytes are not read.
        double quiet = Math.Min(1, 300.0 / shortSide);
        ScanCamera.AddNoise(page, draw.Chance(0.6) ? draw.Between(0, 12) * quiet : 0, draw);
        if (draw.Chance(0.3))
        {
            ScanCamera.Compress(page, width, height, draw.Between(0.3, 1.5));
        }

        byte[] grey = Array.ConvertAll(page, value => (byte)Math.Clamp(value + 0.5f, 0, 255));
        return quiet == 1 && draw.Chance(0.25) ? PngWriter.Rgb(width, height, Tint(grey, draw)) : PngWriter.Grey(width, height, grey);
    }

    private static (int Width, int Height) DrawSize(ScanDraw draw, int mostSide)
    {
        double side = draw.BetweenInOctaves(LeastSide, mostSide);
        double shape = Math.Exp(draw.Normal(0.2));
        return (Side(side * shape), Side(side / shape));

        int Side(double pixels) => (int)Math.Clamp(pixels, LeastSide, mostSide);
    }

    private static byte[] OnTransparentGround(float[] ink, int width, int height, ScanDraw draw)
    {
        ushort lightness = (ushort)(draw.Chance(0.5) ? draw.Between(0, 90) : draw.Between(165, 255));
        ushort[] samples = new ushort[ink.Length * 2];
        for (int i = 0; i < ink.Length; i++)
        {
            samples[2 * i] = lightness;
            samples[(2 * i) + 1] = (ushort)((ink[i] * 255) + 0.5f);
        }

        return new PngWriter(width, height) { ColorType = 4 }.Write(samples);
    }

    // A shade of some colour on the whole page: yellowish paper, bluish light.
    private static byte[] Tint(byte[] grey, ScanDraw draw)
    {
        double[] parts = [draw.Between(0.8, 1), draw.Between(0.8, 1), draw.Between(0.8, 1)];
        byte[] rgb = new byte[grey.Length * 3];
        for (int i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)(grey[i / 3] * parts[i % 3]);
        }

        return rgb;
    }
}
