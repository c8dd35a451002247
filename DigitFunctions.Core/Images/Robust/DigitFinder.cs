namespace DigitFunctions.Core.Images.Robust;

/// <summary>Chooses the parts of the ink that make up the digit.</summary>
internal static class DigitFinder
{
    // A digit smaller than this part of the picture's shorter side is a speck.
    private const double LeastSide = 0.05;
    private const int LeastPixels = 6;

    // A straight rule is longer than this many times its width; no stroke is.
    private const int MostSlenderness = 25;

    // In a picture of fewer pixels a side, a line as long as that within so many of the edge is one of a frame's sides.
    private const int SmallSide = 40;
    private const int FrameWidth = 3;

    // A bar that stands by itself beside a digit, as a five's may, is shorter than this many times its width.
    private const int MostSlendernessOfPart = 10;

    // A one that is drawn with a hairline is shorter than this part of the picture; a rule is not.
    private const double MostHeightOfOne = 0.95;

    // Marks of a line of writing overlap by this part of their height, which is alike to this part; each is at most so many heights wide.
    private const double LeastLikeness = 0.7;
    private const double MostWidthOfLike = 1.5;

    // A mark that is cut off at an edge is so much as large as the digit, and so many heights wide.
    private const double LeastAreaOfCutMark = 0.3;
    private const double LeastWidthOfCutMark = 0.25;

    // Strokes of a digit that is open in the middle stand beside each other as well, and are together narrower than this many times their height.
    private const double LeastWidthOfTwo = 0.9;

    // Of marks that are so large beside the digit, two are more than dirt; of marks of any size as dark as it, so many.
    private const double LeastSideOfMark = 0.3;
    private const double LeastAreaOfMark = 0.05;
    private const int FewestLargeMarks = 2;
    private const int FewestMarks = 12;
    private const double LeastSideOfSmallMark = 0.02;
    private const double LeastDarkness = 0.6;

    // A frame has ink along so much of each side of its box, no further in than this part of the longer one.
    private const int PartOfSide = 16;
    private const double LeastOfSide = 0.8;

    // More parts than this that are nearly as large as the largest are texture, not a digit.
    private const int MostLikeParts = 12;

    /// <summary>Chooses the digit's parts and clears all other ink from the mask.</summary>
    /// <param name="map">The ink; ruled lines are removed already.</param>
    /// <param name="leastSide">Pixels of the map below which nothing is a digit.</param>
    /// <param name="keepsLines">Whether straight lines near the edges are strokes rather than rules and frames; only a whole rectangle is then a frame.</param>
    /// <returns>The digit, or <see langword="null"/> where there is none.</returns>
    public static FoundDigit? Choose(InkMap map, int leastSide, bool keepsLines)
    {
        using InkParts parts = InkParts.Find(map);
        InkPart main = default;
        double best = 0;
        foreach (InkPart part in parts.All)
        {
            double score = Score(part, parts, map, leastSide, keepsLines);
            if (score > best)
            {
                (main, best) = (part, score);
            }
        }

        if (best == 0 || CountLike(parts, main) > MostLikeParts)
        {
            return null;
        }

        var chosen = new bool[parts.All.Count + 1];
        PixelBox box = main.Box;
        chosen[main.Label] = true;
        for (bool grew = true; grew;)
        {
            grew = false;
            foreach (InkPart part in parts.All)
            {
                if (!chosen[part.Label] && BelongsTo(part, parts, main, box, map))
                {
                    chosen[part.Label] = grew = true;
                    box = box.Union(part.Box);
                }
            }
        }

        ReadOnlySpan<byte> mask = map.Mask;
        for (int i = StrengthScan.NextSet(mask, 0); i < mask.Length; i = StrengthScan.NextSet(mask, i + 1))
        {
            if (!chosen[parts.Labels[i]])
            {
                map.Erase(i);
            }
        }

        return new FoundDigit(box, HoldsSeveral(parts, chosen, main, box, map));
    }

    /// <summary>The ink's mass; less where a part touches the picture's edge, none for specks and for frames around the picture.</summary>
    private static double Score(InkPart part, InkParts parts, InkMap map, int leastSide, bool keepsLines)
    {
        bool isSpeck = part.Area < LeastPixels || part.Box.LongSide < Math.Max(leastSide, LeastSide * Math.Min(map.Width, map.Height));
        bool isRule = part.Box.LongSide > MostSlenderness * Math.Min(part.Box.Width, part.Box.Height)
            && !(keepsLines && part.Box.Height < MostHeightOfOne * map.Height && part.Box.Width < part.Box.Height);
        if (isSpeck || isRule || IsFrame(part, parts, map))
        {
            return 0;
        }

        return keepsLines ? part.Mass
            : IsSideOfFrame(part.Box, map) ? 0
            : TouchesEdge(part.Box, map) || LiesAlongEdge(part.Box, map) ? 0.1 * part.Mass : part.Mass;
    }

    /// <summary>Whether there is more than one digit: something as high stands beside it on a line, or there are many marks.</summary>
    private static bool HoldsSeveral(InkParts parts, bool[] chosen, InkPart main, PixelBox box, InkMap map)
    {
        int large = 0, all = 0;
        foreach (InkPart part in parts.All)
        {
            if (chosen[part.Label] ? part.Label != main.Label && AreTwo(part.Box, main.Box) : IsLikeBeside(part, main, box, map))
            {
                return true;
            }

            if (!chosen[part.Label] && part.Area >= LeastPixels && !TouchesEdge(part.Box, map))
            {
                large += part.Box.LongSide >= LeastSideOfMark * box.LongSide && part.Area >= LeastAreaOfMark * main.Area ? 1 : 0;
                all += part.Box.LongSide >= LeastSideOfSmallMark * Math.Max(map.Width, map.Height) && part.Mass * main.Area >= LeastDarkness * main.Mass * part.Area ? 1 : 0;
            }
        }

        return large >= FewestLargeMarks || all >= FewestMarks;
    }

    /// <summary>Whether what was taken for a stroke of the digit is a digit of its own, beside it.</summary>
    private static bool AreTwo(PixelBox one, PixelBox other)
    {
        PixelBox both = one.Union(other);
        return AreOfLikeHeight(one, other) && (one.Left >= other.Right - 1 || other.Left >= one.Right - 1) && both.Width >= LeastWidthOfTwo * both.Height;
    }

    private static bool IsLikeBeside(InkPart part, InkPart main, PixelBox box, InkMap map) =>
        AreOfLikeHeight(part.Box, box)
        && Math.Min(part.Box.Bottom, box.Bottom) - Math.Max(part.Box.Top, box.Top) >= LeastLikeness * box.Height
        && part.Box.Width <= MostWidthOfLike * box.Height
        && part.Box.Height <= MostSlendernessOfPart * part.Box.Width
        && (IsCutMark(part, main) || (!TouchesEdge(part.Box, map) && !LiesAlongEdge(part.Box, map)));

    /// <summary>Whether ink at an edge is a mark that is cut off there: dirt and shadows along an edge are thin, or much less.</summary>
    private static bool IsCutMark(InkPart part, InkPart main) =>
        part.Area >= LeastAreaOfCutMark * main.Area && part.Box.Width >= LeastWidthOfCutMark * part.Box.Height;

    private static bool AreOfLikeHeight(PixelBox one, PixelBox other) =>
        one.Height >= LeastLikeness * other.Height && other.Height >= LeastLikeness * one.Height;

    private static int CountLike(InkParts parts, InkPart main)
    {
        int count = 0;
        foreach (InkPart part in parts.All)
        {
            count += part.Area > main.Area / 4 && part.Box.LongSide < 4 * Math.Min(part.Box.Width, part.Box.Height) ? 1 : 0;
        }

        return count;
    }

    private static bool BelongsTo(InkPart part, InkParts parts, InkPart main, PixelBox box, InkMap map) =>
        part.Area >= Math.Max(2, 0.02 * main.Area)
        && part.Box.GapTo(box) <= 0.3 * main.Box.LongSide
        && part.Box.LongSide <= MostSlendernessOfPart * Math.Min(part.Box.Width, part.Box.Height)
        && !IsFrame(part, parts, map)
        && (!TouchesEdge(part.Box, map) || TouchesEdge(main.Box, map));

    private static bool TouchesEdge(PixelBox box, InkMap map) => box.Left <= 0 || box.Top <= 0 || box.Right >= map.Width || box.Bottom >= map.Height;

    private static bool LiesAlongEdge(PixelBox box, InkMap map)
    {
        int margin = Math.Max(2, Math.Min(map.Width, map.Height) / 12);
        return box.Right <= margin || box.Bottom <= margin || box.Left >= map.Width - margin || box.Top >= map.Height - margin;
    }

    // In a small picture a frame may fall into its sides, which are no more slender than a stroke.
    private static bool IsSideOfFrame(PixelBox box, InkMap map) =>
        Math.Min(map.Width, map.Height) < SmallSide
        && (box.Width > 0.7 * map.Width || box.Height > 0.7 * map.Height)
        && (box.Right <= FrameWidth || box.Bottom <= FrameWidth || box.Left >= map.Width - FrameWidth || box.Top >= map.Height - FrameWidth);

    private static bool IsFrame(InkPart part, InkParts parts, InkMap map) =>
        part.Box.Width > 0.8 * map.Width && part.Box.Height > 0.8 * map.Height && part.Area < 0.25 * part.Box.Width * part.Box.Height
        && EdgeSidesTouched(part.Box, map) >= 3 && SidesWithInk(part, parts, map) >= 3;

    // A digit that fills the picture touches the sides of its box in places only.
    private static int SidesWithInk(InkPart part, InkParts parts, InkMap map)
    {
        PixelBox box = part.Box;
        int depth = Math.Max(2, box.LongSide / PartOfSide);
        int top = 0, bottom = 0, left = 0, right = 0;
        for (int x = box.Left; x < box.Right; x++)
        {
            top += HasInk(x, box.Top, map.Width) ? 1 : 0;
            bottom += HasInk(x, box.Bottom - depth, map.Width) ? 1 : 0;
        }

        for (int y = box.Top; y < box.Bottom; y++)
        {
            left += HasInk(box.Left, y, 1) ? 1 : 0;
            right += HasInk(box.Right - depth, y, 1) ? 1 : 0;
        }

        return (top > LeastOfSide * box.Width ? 1 : 0) + (bottom > LeastOfSide * box.Width ? 1 : 0)
            + (left > LeastOfSide * box.Height ? 1 : 0) + (right > LeastOfSide * box.Height ? 1 : 0);

        bool HasInk(int x, int y, int stride)
        {
            int first = (y * map.Width) + x;
            for (int i = 0; i < depth; i++)
            {
                if (parts.Labels[first + (i * stride)] == part.Label)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private static int EdgeSidesTouched(PixelBox box, InkMap map)
    {
        int margin = Math.Max(1, Math.Max(map.Width, map.Height) / 12);
        return (box.Left <= margin ? 1 : 0) + (box.Top <= margin ? 1 : 0) + (box.Right >= map.Width - margin ? 1 : 0) + (box.Bottom >= map.Height - margin ? 1 : 0);
    }
}
