namespace DigitFunctions.Core.Images;

/// <summary>Recognises a border line along all four edges of a picture, which no digit can be, and tells what lies inside.</summary>
/// <remarks>Looks at a few dozen places along each edge, and no further in than a border may be thick.</remarks>
internal static class PictureBorder
{
    // A border is at most this part of the shorter side thick; in a small picture blur makes three pixels of one.
    private const double MostThickness = 0.04;
    private const int LeastDepth = 3;
    private const int Places = 64;

    // How many levels a border differs at least from the paper beside it, and along which part of each edge: there may be noise.
    private const int LeastContrast = 20;
    private const double LeastCoverage = 0.8;

    // Where blur has left less than this part of the difference the border has ended.
    private const double Faint = 0.25;

    /// <summary>The part of a picture inside of its border; the whole picture where it has none.</summary>
    public static PixelBox Inside(GreyRaster raster)
    {
        var whole = new PixelBox(0, 0, raster.Width, raster.Height);
        int shortSide = Math.Min(raster.Width, raster.Height);
        int depth = Math.Max(LeastDepth, (int)(MostThickness * shortSide));
        if (shortSide < 6 * depth)
        {
            return whole;
        }

        int top = Thickness(raster, 0, raster.Width, 1, raster.Width, depth);
        int sign = Math.Sign(top);
        int bottom = Thickness(raster, (raster.Height - 1) * raster.Width, raster.Width, 1, -raster.Width, depth);
        int left = Thickness(raster, 0, raster.Height, raster.Width, 1, depth);
        int right = Thickness(raster, raster.Width - 1, raster.Height, raster.Width, -1, depth);
        bool isBorder = sign != 0 && Math.Sign(bottom) == sign && Math.Sign(left) == sign && Math.Sign(right) == sign;
        return isBorder ? new PixelBox(sign * left, sign * top, raster.Width - (sign * right), raster.Height - (sign * bottom)) : whole;
    }

    /// <summary>How thick the border along an edge is: positive where it is lighter than the paper, negative where it is darker, 0 where there is none.</summary>
    private static int Thickness(GreyRaster raster, int corner, int length, int alongStride, int inwardStride, int depth)
    {
        ReadOnlySpan<byte> pixels = raster.Pixels;
        int step = Math.Max(1, length / Places);
        int first = Math.Min(depth, length / 8);
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        int count = 0;
        for (int along = first; along < length - first; along += step)
        {
            histogram[pixels[corner + (along * alongStride)]]++;
            count++;
        }

        int border = Median(histogram, count);
        histogram.Clear();
        for (int inward = depth; inward < 2 * depth; inward++)
        {
            for (int along = first; along < length - first; along += step)
            {
                histogram[pixels[corner + (along * alongStride) + (inward * inwardStride)]]++;
            }
        }

        int paper = Median(histogram, count * depth);
        int contrast = Math.Abs(border - paper);
        int sign = Math.Sign(border - paper);
        if (contrast < LeastContrast)
        {
            return 0;
        }

        for (int inward = 0; inward <= depth; inward++)
        {
            int covered = 0, faint = 0;
            for (int along = first; along < length - first; along += step)
            {
                int excess = sign * (pixels[corner + (along * alongStride) + (inward * inwardStride)] - paper);
                covered += 2 * excess > contrast ? 1 : 0;
                faint += excess < Faint * contrast ? 1 : 0;
            }

            if (inward == 0 && covered < LeastCoverage * count)
            {
                return 0;
            }

            if (faint >= 0.7 * count)
            {
                return sign * inward;
            }
        }

        return 0;
    }

    private static int Median(ReadOnlySpan<int> histogram, int count)
    {
        int value = 0;
        for (int sum = histogram[0]; sum <= count / 2; sum += histogram[value])
        {
            value++;
        }

        return value;
    }
}
