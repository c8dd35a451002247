namespace DigitFunctions.Core.Images.Robust;

/// <summary>A view of an ink map in which lines run along; its two directions change places for vertical lines.</summary>
/// <param name="Map">What is erased, and in which strokes are looked for.</param>
/// <param name="Strength">Where lines are looked for: the map's own strengths, or a copy from before others were erased.</param>
/// <param name="Length">Places along.</param>
/// <param name="Depth">Places across.</param>
/// <param name="AlongStride">From one place along to the next.</param>
/// <param name="AcrossStride">From one place across to the next.</param>
internal readonly record struct LineSweep(InkMap Map, Plane Strength, int Length, int Depth, int AlongStride, int AcrossStride)
{
    /// <summary>Lists the places of more than some strength.</summary>
    public int FindAbove(float floor, (int Along, int Across)[] places)
    {
        int count = 0;
        ReadOnlySpan<float> values = Strength.Values;
        for (int i = StrengthScan.NextAbove(values, 0, floor); i < values.Length; i = StrengthScan.NextAbove(values, i + 1, floor))
        {
            (int y, int x) = Math.DivRem(i, Map.Width);
            places[count++] = AlongStride == 1 ? (x, y) : (y, x);
        }

        return count;
    }

    /// <summary>The greatest strength across a band, and 0 at least.</summary>
    public float Peak(int along, int start, int thickness)
    {
        float peak = 0;
        for (int across = Math.Max(0, start); across < Math.Min(Depth, start + thickness); across++)
        {
            peak = Math.Max(peak, Strength.Values[Index(along, across)]);
        }

        return peak;
    }

    /// <summary>Whether the map has ink at a place, or beside it along the line.</summary>
    public bool HasInk(int along, int across, float least)
    {
        bool hasInk = false;
        for (int near = Math.Max(0, along - 1); near <= Math.Min(Length - 1, along + 1) && (uint)across < (uint)Depth; near++)
        {
            hasInk |= Map.Strength.Values[Index(near, across)] > least;
        }

        return hasInk;
    }

    /// <summary>Erases a place, if it lies in the map and is no stronger than a limit.</summary>
    public void Erase(int along, int across, float strongest)
    {
        if ((uint)across >= (uint)Depth || Strength.Values[Index(along, across)] > strongest)
        {
            return;
        }

        int index = Index(along, across);
        Map.Erase(index);
        Strength.Values[index] = Map.Strength.Values[index];
    }

    private int Index(int along, int across) => (along * AlongStride) + (across * AcrossStride);
}
