using DigitFunctions.Core.Images.Decoding;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Recognises a border line along all four edges of a picture, which no digit can be, and tells what lies inside.</summary>
/// <remarks>Looks at some dozens of places along each edge, and not far in, whatever the picture's size.</remarks>
internal static class PictureBorder
{
    // A border is at most this part of the shorter side thick; in a small picture blur makes three pixels of one.
    private const double MostThickness = 0.04;
    private const int LeastDepth = 3;

    // The paper beside a border is looked for as far in as a border may reach, on both sides; as much as that again must be left.
    private const int LeastDepthsInSide = 6;

    // Along an edge so many places are enough; the ends, this part of it, are left out, since other sides' borders lie there.
    private const int Places = 64;
    private const int PartOfEnd = 8;

    // How many levels a border differs at least from the paper beside it, and on which part of the outermost row: there may be noise.
    private const int LeastContrast = 20;
    private const double LeastCoverage = 0.8;

    // A border ends where less than this part of the difference is left, on this part of a row at least: around a digit the paper ends bit by bit.
    private const double Faint = 0.25;
    private const double LeastFaint = 0.7;

    /// <summary>The part of a picture inside of its border; the whole picture where it has none.</summary>
    public static PixelBox Inside(GreyRaster raster)
    {
        (int width, int height) = (raster.Width, raster.Height);
        var whole = new PixelBox(0, 0, width, height);
        int depth = Math.Max(LeastDepth, (int)(MostThickness * Math.Min(width, height)));
        if (Math.Min(width, height) < LeastDepthsInSide * depth)
        {
            return whole;
        }

        int top = Thickness(raster.Pixels, new Edge(0, width, 1, width), depth);
        int bottom = Thickness(raster.Pixels, new Edge((height - 1) * width, width, 1, -width), depth);
        int left = Thickness(raster.Pixels, new Edge(0, height, width, 1), depth);
        int right = Thickness(raster.Pixels, new Edge(width - 1, height, width, -1), depth);
        int sign = Math.Sign(top);
        bool isBorder = sign != 0 && Math.Sign(bottom) == sign && Math.Sign(left) == sign && Math.Sign(right) == sign;
        return isBorder ? new PixelBox(sign * left, sign * top, width - (sign * right), height - (sign * bottom)) : whole;
    }

    /// <summary>How many rows a border takes: a positive number where it is lighter than the paper, a negative one where it is darker, 0 where there is none.</summary>
    private static int Thickness(ReadOnlySpan<byte> pixels, Edge edge, int depth)
    {
        int border = Median(pixels, edge, 0, 1);
        int paper = Median(pixels, edge, depth, 2 * depth);
        int contrast = Math.Abs(border - paper);
        int sign = Math.Sign(border - paper);
        if (contrast < LeastContrast || PartBeyond(pixels, edge, 0, paper, sign, contrast / 2) < LeastCoverage)
        {
            return 0;
        }

        for (int inward = 1; inward <= depth; inward++)
        {
            if (PartBeyond(pixels, edge, inward, paper, sign, (int)(Faint * contrast)) <= 1 - LeastFaint)
            {
                return sign * inward;
            }
        }

        return 0;
    }

    /// <summary>On which part of a row the pixels are further from the paper than a limit, in a border's direction.</summary>
    private static double PartBeyond(ReadOnlySpan<byte> pixels, Edge edge, int inward, int paper, int sign, int limit)
    {
        int beyond = 0, count = 0;
        for (int along = edge.First; along < edge.Last; along += edge.Step)
        {
            beyond += sign * (pixels[edge.At(along, inward)] - paper) > limit ? 1 : 0;
            count++;
        }

        return (double)beyond / count;
    }

    private static int Median(ReadOnlySpan<byte> pixels, Edge edge, int from, int to)
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        int count = 0;
        for (int inward = from; inward < to; inward++)
        {
            for (int along = edge.First; along < edge.Last; along += edge.Step)
            {
                histogram[pixels[edge.At(along, inward)]]++;
                count++;
            }
        }

        return Histogram.Quantile(histogram, count / 2);
    }

    /// <summary>One edge of a picture, and the way from it inwards.</summary>
    private readonly record struct Edge(int Corner, int Length, int AlongStride, int InwardStride)
    {
        /// <summary>The first place that is looked at.</summary>
        public int First => Length / PartOfEnd;

        /// <summary>The end of the places that are looked at.</summary>
        public int Last => Length - First;

        /// <summary>From one place to the next.</summary>
        public int Step => Math.Max(1, Length / Places);

        /// <summary>The index of a pixel.</summary>
        public int At(int along, int inward) => Corner + (along * AlongStride) + (inward * InwardStride);
    }
}
