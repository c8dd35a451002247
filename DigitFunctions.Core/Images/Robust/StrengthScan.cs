using System.Numerics;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Finds the few values of a picture that matter, and passes over paper a vector at a time.</summary>
internal static class StrengthScan
{
    private const int EnoughForNoise = 8192;
    private const int MostVectorsPassedOver = 4;

    /// <summary>The first index from <paramref name="start"/> on whose value is above a threshold; the length where there is none.</summary>
    public static int NextAbove(ReadOnlySpan<float> values, int start, float threshold)
    {
        int i = start;
        if (i < values.Length && values[i] > threshold)
        {
            return i;
        }

        var limit = new Vector<float>(threshold);
        while (i <= values.Length - Vector<float>.Count && !Vector.GreaterThanAny(new Vector<float>(values[i..]), limit))
        {
            i += Vector<float>.Count;
        }

        while (i < values.Length && values[i] <= threshold)
        {
            i++;
        }

        return i;
    }

    /// <summary>The first index from <paramref name="start"/> on whose value is further from 0 than a distance; the length where there is none.</summary>
    public static int NextBeyond(ReadOnlySpan<float> values, int start, float distance)
    {
        int i = start;
        if (i < values.Length && Math.Abs(values[i]) > distance)
        {
            return i;
        }

        var limit = new Vector<float>(distance);
        while (i <= values.Length - Vector<float>.Count && !Vector.GreaterThanAny(Vector.Abs(new Vector<float>(values[i..])), limit))
        {
            i += Vector<float>.Count;
        }

        while (i < values.Length && Math.Abs(values[i]) <= distance)
        {
            i++;
        }

        return i;
    }

    /// <summary>The first index from <paramref name="start"/> on whose byte is set; the length where there is none.</summary>
    public static int NextSet(ReadOnlySpan<byte> mask, int start)
    {
        int found = mask[start..].IndexOfAnyExcept((byte)0);
        return found < 0 ? mask.Length : start + found;
    }

    /// <summary>Counts by eighths, up to 128, how far values are from 0 and how far each is from the mean of those beside it; the first and last are left out.</summary>
    /// <param name="values">The values.</param>
    /// <param name="levels">Receives 1024 counts.</param>
    /// <param name="steps">Receives 1024 counts.</param>
    /// <returns>How many values were counted: of many, some thousands all over the picture tell as much.</returns>
    public static int CountNoise(ReadOnlySpan<float> values, Span<int> levels, Span<int> steps)
    {
        // Two counters for each bin, since an increment waits for the one before it where both hit the same one.
        const int Bins = 1024;
        Span<int> counts = stackalloc int[4 * Bins];
        counts.Clear();
        Span<int> bins = stackalloc int[2 * Vector<int>.Count];
        int i = 1;
        int counted = 0;
        // An odd number, so that the places do not fall into columns where the width is a power of two.
        int every = Math.Min(MostVectorsPassedOver, values.Length / EnoughForNoise) | 1;
        var most = new Vector<float>(Bins - 1);
        for (; i + Vector<float>.Count < values.Length; i += every * Vector<float>.Count)
        {
            counted += Vector<float>.Count;
            var value = new Vector<float>(values[i..]);
            Vector<float> beside = (new Vector<float>(values[(i - 1)..]) + new Vector<float>(values[(i + 1)..])) / 2;
            Vector.ConvertToInt32(Vector.Min(most, Vector.Abs(value) * 8)).CopyTo(bins);
            Vector.ConvertToInt32(Vector.Min(most, Vector.Abs(value - beside) * 8)).CopyTo(bins[Vector<int>.Count..]);
            for (int lane = 0; lane < Vector<int>.Count; lane += 2)
            {
                counts[bins[lane]]++;
                counts[Bins + bins[lane + 1]]++;
                counts[(2 * Bins) + bins[Vector<int>.Count + lane]]++;
                counts[(3 * Bins) + bins[Vector<int>.Count + lane + 1]]++;
            }
        }

        for (; i + 1 < values.Length; i++)
        {
            counted++;
            counts[(int)Math.Min(Bins - 1, Math.Abs(values[i]) * 8)]++;
            counts[(2 * Bins) + (int)Math.Min(Bins - 1, Math.Abs(values[i] - ((values[i - 1] + values[i + 1]) / 2)) * 8)]++;
        }

        for (int bin = 0; bin < Bins; bin++)
        {
            levels[bin] = counts[bin] + counts[Bins + bin];
            steps[bin] = counts[(2 * Bins) + bin] + counts[(3 * Bins) + bin];
        }

        return counted;
    }
}
