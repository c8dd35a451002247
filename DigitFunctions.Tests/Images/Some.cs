using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

/// <summary>Pictures and tensors for tests.</summary>
internal static class Some
{
    /// <summary>The tensor of a picture.</summary>
    public static float[] Tensor(byte[] picture, ImagingProfile profile = ImagingProfile.Robust)
    {
        float[] tensor = new float[ImageTransform.TensorLength];
        ImageTransform.Transform(picture, new ImagingOptions { Profile = profile }, tensor);
        return tensor;
    }

    /// <summary>A tensor as pixels, 255 for full ink.</summary>
    public static byte[] Pixels(float[] tensor) => Array.ConvertAll(tensor, value => (byte)MathF.Round(value * 255));

    /// <summary>The lightness of a page with a seven on it: a bar and a slanted stroke.</summary>
    /// <param name="width">Of the page.</param>
    /// <param name="height">Of the page.</param>
    /// <param name="left">Where the digit begins.</param>
    /// <param name="top">Where the digit begins.</param>
    /// <param name="size">The digit's height; it is two thirds as wide.</param>
    /// <param name="paper">0 to 255.</param>
    /// <param name="ink">0 to 255.</param>
    public static byte[] Seven(int width, int height, int left, int top, int size, byte paper = 255, byte ink = 0)
    {
        byte[] page = new byte[width * height];
        double stroke = size * 0.12;
        for (int i = 0; i < page.Length; i++)
        {
            double x = (i % width) - left + 0.5;
            double y = (i / width) - top + 0.5;
            double right = size * 2 / 3.0;
            bool isBar = y >= 0 && y < stroke && x >= 0 && x < right;
            bool isStem = y >= 0 && y < size && Math.Abs(x - (right - stroke - ((right - (2 * stroke)) * y / size))) < stroke;
            page[i] = isBar || isStem ? ink : paper;
        }

        return page;
    }

    /// <summary>Adds noise of a normal distribution, the same for the same seed.</summary>
    public static byte[] WithNoise(byte[] page, double deviation, int seed = 1)
    {
        Random random = new(seed);
        return Array.ConvertAll(page, value => (byte)Math.Clamp(value + (deviation * Normal(random)), 0, 255));
    }

    /// <summary>How alike two tensors are: their correlation, 1 for the same.</summary>
    public static double Likeness(float[] a, float[] b)
    {
        double meanA = a.Average(), meanB = b.Average();
        double together = a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum();
        return together / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
