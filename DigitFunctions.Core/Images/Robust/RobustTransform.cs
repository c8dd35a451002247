using DigitFunctions.Core.Images.Decoding;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Finds the digit in a picture as people make them, and frames it as MNIST did.</summary>
/// <remarks>
/// The steps, in order, with the terms of the field:
/// <list type="number">
/// <item>Decoding to one byte of lightness a pixel, upright, on an opaque ground: <see cref="GreyRaster"/>. A picture that is a 28×28 MNIST frame already is taken as it is: <see cref="MnistFrame"/>.</item>
/// <item>Border removal: a line along all four edges is cut off, where one is found: <see cref="PictureBorder"/>.</item>
/// <item>Area-mean reduction to at most 240 pixels a side, which bounds all further work: <see cref="Plane"/>.</item>
/// <item>Background estimation: a quadratic surface fitted by least absolute differences, then a local mean of the paper with ink left out: <see cref="PaperLight"/>, <see cref="SurfaceFit"/>.</item>
/// <item>Polarity: whichever of the darker and the lighter pixels outweigh the others is ink; from here on ink is positive: <see cref="InkMap"/>.</item>
/// <item>Noise estimation, and smoothing where it is strong: <see cref="PaperNoise"/>.</item>
/// <item>Binarisation with two thresholds, by hysteresis: <see cref="Hysteresis"/>.</item>
/// <item>Line removal without a Hough transform: level paths of ink across the picture, as staff lines are taken out of scanned music: <see cref="RuledLines"/>, <see cref="LineSweep"/>.</item>
/// <item>Connected components, of which those of the digit are chosen; other marks of like size are told of: <see cref="InkParts"/>, <see cref="DigitFinder"/>.</item>
/// <item>Where nothing is left, what was removed comes back; where lines were removed, the reading that keeps them is made as well, and the model's scores choose between the two.</item>
/// <item>Where the digit is small in a large picture, steps 3 to 9 once more on its surroundings, in more detail.</item>
/// <item>Framing: the ink fits into 20×20 and its centre of mass lies at the centre of 28×28: <see cref="MnistFrame"/>, <see cref="AreaResize"/>.</item>
/// </list>
/// </remarks>
internal static class RobustTransform
{
    // Sides of the picture that is worked on: enough to find a digit on a page, and to draw it in twenty pixels.
    private const int WorkSide = 240;
    private const int LeastDigitSide = 100;

    // Nobody can read a digit of fewer pixels a side.
    private const int LeastSide = 8;

    // In a picture of so few pixels a side a stroke is as thin as noise: it is looked at in finer steps.
    private const int TinySide = 16;
    private const int Enlargement = 4;
    private const int LeastSideOfTiny = 5;
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
        int enlargement = part.LongSide <= TinySide ? Enlargement : 1;
        using Plane picture = Reduce(raster, part, factor, enlargement);
        using InkMap map = InkMap.Find(picture);
        using Plane allInk = map.Strength.Clone();
        int leastSide = enlargement > 1 ? LeastSideOfTiny * enlargement : LeastSide / factor;
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

    private static Plane Reduce(GreyRaster raster, PixelBox part, int factor, int enlargement)
    {
        Plane picture = PlaneReduction.Reduce(raster, part, factor);
        if (enlargement == 1)
        {
            return picture;
        }

        using (picture)
        {
            return AreaResize.Resize(picture, picture.Width * enlargement, picture.Height * enlargement);
        }
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
