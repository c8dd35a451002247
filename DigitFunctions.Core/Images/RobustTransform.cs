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
    /// <returns>What else the picture may be read as.</returns>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt, or there is no ink.</exception>
    public static TransformedPicture Transform(in PictureFile file, Span<float> tensor)
    {
        using GreyRaster raster = GreyRaster.Read(file);
        bool hasFrameSize = raster.Width == ImageTransform.Side && raster.Height == ImageTransform.Side;
        if (hasFrameSize && MnistFrame.TryCopy(raster.Pixels, tensor))
        {
            return default;
        }

        PixelBox? part = PictureBorder.Inside(raster);
        TransformedPicture picture = default;
        for (int closeness = 0; part is { } box; closeness++)
        {
            (part, TransformedPicture seen) = FindDigit(raster, box, mayGoCloser: closeness < MostCloseness, tensor);

            // Only the first look shows what lies beside the digit.
            picture = closeness == 0 ? seen : picture;
        }

        return picture;
    }

    /// <summary>Finds and frames the digit in a part of the picture.</summary>
    /// <returns>A smaller part to look at again, where the digit came out small beside what the picture holds.</returns>
    private static (PixelBox? Closer, TransformedPicture Picture) FindDigit(GreyRaster raster, PixelBox part, bool mayGoCloser, Span<float> tensor)
    {
        int factor = (part.LongSide + WorkSide - 1) / WorkSide;
        using Plane picture = Plane.Reduce(raster, part, factor);
        using InkMap map = InkMap.Find(picture);
        using Plane allInk = map.Strength.Clone();
        int leastSide = LeastSide / factor;
        FoundDigit? chosen = Choose(map, leastSide, out bool isDoubtful);
        if (chosen is not { } digit)
        {
            map.Restore(allInk);
            digit = DigitFinder.Choose(map, leastSide, keepsLines: true) ?? throw new UnreadablePictureException("no ink: the picture is blank, or nearly so");
            isDoubtful = false;
        }

        PixelBox box = digit.Box;
        if (!mayGoCloser || factor == 1 || box.LongSide >= LeastDigitSide)
        {
            MnistFrame.Fit(map, box, tensor);
            float[]? other = isDoubtful ? ReadWithLines(map, allInk, box, leastSide) : null;
            return (null, new TransformedPicture(digit.HasCompany, other));
        }

        int margin = (int)(Margin * box.LongSide) + 1;
        box = new PixelBox(
            Math.Max(0, box.Left - margin), Math.Max(0, box.Top - margin), Math.Min(map.Width, box.Right + margin), Math.Min(map.Height, box.Bottom + margin));
        raster.Erase(map, box, part, factor);
        return (
            new PixelBox(
                part.Left + (box.Left * factor),
                part.Top + (box.Top * factor),
                Math.Min(part.Right, part.Left + (box.Right * factor)),
                Math.Min(part.Bottom, part.Top + (box.Bottom * factor))),
            new TransformedPicture(digit.HasCompany, null));
    }

    /// <summary>Chooses the digit; where a darker frame or ruling hid it, that is discarded and what is left is looked at again.</summary>
    private static FoundDigit? Choose(InkMap map, int leastSide, out bool isDoubtful)
    {
        isDoubtful = false;
        for (int round = 0; round < Rounds && map.Contrast > 0; round++)
        {
            if (RuledLines.Remove(map))
            {
                isDoubtful = true;
                map.MarkInk();
            }

            if (DigitFinder.Choose(map, leastSide, keepsLines: false) is { } digit)
            {
                return digit;
            }

            isDoubtful = true;
            map.Discard();
        }

        return null;
    }

    /// <summary>The frame of the digit as it is when straight lines are taken for its strokes.</summary>
    /// <returns><see langword="null"/> where the lines make no difference to it.</returns>
    private static float[]? ReadWithLines(InkMap map, Plane allInk, PixelBox box, int leastSide)
    {
        int area = map.CountInk();
        map.Restore(allInk);
        if (DigitFinder.Choose(map, leastSide, keepsLines: true) is not { } digit || (digit.Box == box && map.CountInk() == area))
        {
            return null;
        }

        float[] tensor = new float[ImageTransform.TensorLength];
        MnistFrame.Fit(map, digit.Box, tensor);
        return tensor;
    }
}
