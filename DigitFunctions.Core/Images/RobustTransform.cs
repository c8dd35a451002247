namespace DigitFunctions.Core.Images;

/// <summary>Finds the digit in a picture as people make them, and frames it as MNIST did.</summary>
internal static class RobustTransform
{
    // Sides of the picture that is worked on: enough to find a digit on a page, and to draw it in twenty pixels.
    private const int WorkSide = 240;
    private const int LeastDigitSide = 100;

    // Nobody can read a digit of fewer pixels a side.
    private const int LeastSide = 8;
    private const double Margin = 0.5;
    private const int Rounds = 3;
    private const int MostCloseness = 3;

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

        PixelBox? part = PictureBorder.Inside(raster);
        for (int closeness = 0; part is { } box; closeness++)
        {
            part = FindDigit(raster, box, mayGoCloser: closeness < MostCloseness, tensor);
        }
    }

    /// <summary>Finds and frames the digit in a part of the picture.</summary>
    /// <returns>A smaller part to look at again, where the digit came out small beside what the picture holds.</returns>
    private static PixelBox? FindDigit(GreyRaster raster, PixelBox part, bool mayGoCloser, Span<float> tensor)
    {
        int factor = (part.LongSide + WorkSide - 1) / WorkSide;
        using Plane picture = Plane.Reduce(raster, part, factor);
        using InkMap map = InkMap.Find(picture);
        PixelBox box = Choose(map, LeastSide / factor) ?? throw new UnreadablePictureException("no ink: the picture is blank, or nearly so");
        if (!mayGoCloser || factor == 1 || box.LongSide >= LeastDigitSide)
        {
            MnistFrame.Fit(map, box, tensor);
            return null;
        }

        int margin = (int)(Margin * box.LongSide) + 1;
        box = new PixelBox(
            Math.Max(0, box.Left - margin), Math.Max(0, box.Top - margin), Math.Min(map.Width, box.Right + margin), Math.Min(map.Height, box.Bottom + margin));
        raster.Erase(map, box, part, factor);
        return new PixelBox(
            part.Left + (box.Left * factor),
            part.Top + (box.Top * factor),
            Math.Min(part.Right, part.Left + (box.Right * factor)),
            Math.Min(part.Bottom, part.Top + (box.Bottom * factor)));
    }

    /// <summary>Chooses the digit; where a darker frame or ruling hid it, that is discarded and what is left is looked at again.</summary>
    private static PixelBox? Choose(InkMap map, int leastSide)
    {
        for (int round = 0; round < Rounds && map.Contrast > 0; round++)
        {
            if (RuledLines.Remove(map))
            {
                map.MarkInk();
            }

            if (DigitFinder.Choose(map, leastSide) is { } box)
            {
                return box;
            }

            map.Discard();
        }

        return null;
    }
}
