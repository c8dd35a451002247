using System.Buffers;
using System.Numerics;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Estimates the lightness that a picture would have without ink: uneven light is smooth, ink is not.</summary>
internal static class PaperLight
{
    private const int GridSide = 24;

    // The window over which light is followed reaches this part of the longer side, and this far at least, to hold more paper than a stroke is wide.
    private const int PartOfWindow = 8;
    private const int LeastRadius = 8;

    // It is summed up by blocks, so many to the radius at least.
    private const int LeastRadiusInBlocks = 8;

    // Where the window holds less paper than this, the surface is trusted more.
    private const float LeastWeight = 0.25f;

    /// <summary>Fits a quadratic surface to the picture by least absolute differences, so that ink, being the lesser part, has little say.</summary>
    /// <param name="picture">Lightness.</param>
    /// <returns>The surface's lightness at each pixel.</returns>
    public static Plane FitSurface(Plane picture)
    {
        int stepX = Math.Max(1, picture.Width / GridSide);
        int stepY = Math.Max(1, picture.Height / GridSide);
        Span<double> surface = stackalloc double[SurfaceFit.Terms];
        surface.Clear();
        surface[0] = Median(picture, stepX, stepY);
        SurfaceFit.Fit(picture, stepX, stepY, surface);
        return Render(surface, picture);
    }

    /// <summary>Follows light that a quadratic surface cannot: the mean of the paper, ink left out, over a wide window around each pixel.</summary>
    /// <param name="picture">Lightness.</param>
    /// <param name="surface">What <see cref="FitSurface"/> found; replaced by the better estimate.</param>
    /// <param name="isInk">1 where ink may be, else 0.</param>
    public static void Refine(Plane picture, Plane surface, ReadOnlySpan<byte> isInk)
    {
        int radius = Math.Max(LeastRadius, Math.Max(picture.Width, picture.Height) / PartOfWindow);
        // The mean over a wide window changes little from pixel to pixel.
        int block = Math.Max(1, radius / LeastRadiusInBlocks);
        using var difference = new Plane(BlockMeans.Count(picture.Width, block), BlockMeans.Count(picture.Height, block));
        using var weight = new Plane(difference.Width, difference.Height);
        BlockMeans.Subtract(picture, surface, isInk, block, difference, weight);
        int radiusInBlocks = (radius + (block / 2)) / block;
        difference.Blur(radiusInBlocks);
        weight.Blur(radiusInBlocks);
        Span<float> differences = difference.Values;
        ReadOnlySpan<float> weights = weight.Values;
        for (int i = 0; i < differences.Length; i++)
        {
            differences[i] /= Math.Max(weights[i], LeastWeight);
        }

        BlockMeans.AddInterpolated(difference, block, surface);
    }

    private static float Median(Plane picture, int stepX, int stepY)
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        int count = 0;
        for (int y = stepY / 2; y < picture.Height; y += stepY)
        {
            for (int x = stepX / 2; x < picture.Width; x += stepX)
            {
                histogram[(int)picture.Row(y)[x]]++;
                count++;
            }
        }

        return Histogram.Quantile(histogram, count / 2);
    }

    private static Plane Render(ReadOnlySpan<double> surface, Plane picture)
    {
        var plane = new Plane(picture.Width, picture.Height);
        double[] pooled = ArrayPool<double>.Shared.Rent(plane.Width);
        Span<double> places = pooled.AsSpan(0, plane.Width);
        for (int x = 0; x < places.Length; x++)
        {
            places[x] = SurfaceFit.Position(x, places.Length);
        }

        for (int y = 0; y < plane.Height; y++)
        {
            double v = SurfaceFit.Position(y, picture.Height);
            double constant = surface[0] + (surface[2] * v) + (surface[5] * v * v);
            double linear = surface[1] + (surface[4] * v);
            Span<float> row = plane.Row(y);
            int x = 0;
            for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
            {
                var lower = new Vector<double>(places[x..]);
                var upper = new Vector<double>(places[(x + Vector<double>.Count)..]);
                lower = new Vector<double>(constant) + (lower * (new Vector<double>(linear) + (lower * surface[3])));
                upper = new Vector<double>(constant) + (upper * (new Vector<double>(linear) + (upper * surface[3])));
                Vector.Narrow(lower, upper).CopyTo(row[x..]);
            }

            for (; x < row.Length; x++)
            {
                double u = places[x];
                row[x] = (float)(constant + (u * (linear + (u * surface[3]))));
            }
        }

        ArrayPool<double>.Shared.Return(pooled);
        return plane;
    }
}
