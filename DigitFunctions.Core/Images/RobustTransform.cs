namespace DigitFunctions.Core.Images;

/// <summary>Finds the digit in a picture as people make them, and frames it as MNIST did.</summary>
internal static class RobustTransform
{
    // Sides of the picture that is worked on: enough to find a digit on a page, and to draw it in twenty pixels.
    private const int WorkSide = 320;
    private const int LeastDigitSide = 100;
    private const double Margin = 0.5;

    /// <summary>Transforms one picture.</summary>
    /// <param name="file">The picture.</param>
    /// <param name="tensor">784 floats that receive the framed digit.</param>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt, or there is no ink.</exception>
    public static void Transform(in PictureFile file, Span<float> tensor)
    {
        using GreyRaster raster = GreyRaster.Read(file);
        bool hasFrameSize = raster.Width == ImageTransform.Side && raster.Height == ImageTransform.Side;
        if (hasFrameSize && MnistFrame.TryCopy(raster.Pixels, tensor))
        {
            return;
        }

        var part = new PixelBox(0, 0, raster.Width, raster.Height);
        PixelBox? closer = FindDigit(raster, part, tensor);
        if (closer is { } box)
        {
            FindDigit(raster, box, tensor);
        }
    }

    /// <summary>Finds and frames the digit in a part of the picture.</summary>
    /// <returns>A smaller part to look at again, where the digit came out small beside what the picture holds.</returns>
    private static PixelBox? FindDigit(GreyRaster raster, PixelBox part, Span<float> tensor)
    {
        int factor = (part.LongSide + WorkSide - 1) / WorkSide;
        using Plane picture = Plane.Reduce(raster, part, factor);
        using InkMap map = InkMap.Find(picture);
        if (map.Contrast > 0)
        {
            RuledLines.Remove(map);
        }

        PixelBox box = DigitFinder.Choose(map) ?? throw new UnreadablePictureException("no ink: the picture is blank, or nearly so");
        if (factor > 1 && box.LongSide < LeastDigitSide)
        {
            int margin = (int)(Margin * box.LongSide) + 1;
            return new PixelBox(
                Math.Max(part.Left, part.Left + ((box.Left - margin) * factor)),
                Math.Max(part.Top, part.Top + ((box.Top - margin) * factor)),
                Math.Min(part.Right, part.Left + ((box.Right + margin) * factor)),
                Math.Min(part.Bottom, part.Top + ((box.Bottom + margin) * factor)));
        }

        MnistFrame.Fit(map, box, tensor);
        return null;
    }
}
