using System.Buffers;

namespace DigitFunctions.Core.Images;

/// <summary>Takes straight thin lines that run across the picture out of the ink: ruled paper, margins, the rules of a frame.</summary>
/// <remarks>
/// As staff lines are removed from scanned music: a line is found as many short runs of ink across it that lie on one straight, nearly level path,
/// and only those runs are cleared; where a stroke crosses, the run is longer than the line is thick, and stays.
/// </remarks>
internal static class RuledLines
{
    // A stroke of a digit is never so thin for its length.
    private const int LeastSlenderness = 25;

    // How far a line may rise or fall over the picture's length, as a part of it.
    private const double MostSlope = 0.06;
    private const double LeastCoverage = 0.5;
    private const double LeastExtent = 0.6;
    private const int MostLines = 60;

    // What is this much stronger than the rest of a line is a stroke that runs along it.
    private const float StrokeToLine = 1.4f;

    /// <summary>Removes horizontal and vertical lines from the mask, and their strength.</summary>
    public static void Remove(InkMap map)
    {
        Remove(new Sweep(map, map.Width, map.Height, 1, map.Width));
        Remove(new Sweep(map, map.Height, map.Width, map.Width, 1));
    }

    private static void Remove(Sweep sweep)
    {
        int thickest = Math.Max(2, sweep.Length / LeastSlenderness);
        int shear = (int)(MostSlope * sweep.Length);
        int[] runs = ArrayPool<int>.Shared.Rent(sweep.Length * sweep.Depth);
        int[] votes = ArrayPool<int>.Shared.Rent(sweep.Depth + (2 * shear) + 1);
        try
        {
            for (int line = 0; line < MostLines; line++)
            {
                int count = FindThinRuns(sweep, thickest, runs);
                if (count < LeastCoverage * sweep.Length || !RemoveBest(sweep, runs.AsSpan(0, count), votes, shear))
                {
                    break;
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(runs);
            ArrayPool<int>.Shared.Return(votes);
        }
    }

    /// <summary>Collects the middles of all thin runs as along × depth + across.</summary>
    private static int FindThinRuns(Sweep sweep, int thickest, int[] runs)
    {
        int count = 0;
        for (int along = 0; along < sweep.Length; along++)
        {
            for (int across = 0; across < sweep.Depth;)
            {
                int end = sweep.EndOfRun(along, across);
                if (end > across && end - across <= thickest)
                {
                    runs[count++] = (along * sweep.Depth) + ((across + end - 1) / 2);
                }

                across = Math.Max(end, across + 1);
            }
        }

        return count;
    }

    /// <summary>Finds the path on which most runs lie, over all slopes, and clears it if it is a line.</summary>
    private static bool RemoveBest(Sweep sweep, ReadOnlySpan<int> runs, int[] votes, int shear)
    {
        int best = 0, bestStart = 0, bestRise = 0;
        int bins = sweep.Depth + (2 * shear) + 1;
        for (int rise = -shear; rise <= shear; rise++)
        {
            Array.Clear(votes, 0, bins);
            foreach (int run in runs)
            {
                (int along, int across) = Math.DivRem(run, sweep.Depth);
                votes[across - (rise * along / sweep.Length) + shear]++;
            }

            for (int bin = 0; bin + 1 < bins; bin++)
            {
                if (votes[bin] + votes[bin + 1] > best)
                {
                    (best, bestStart, bestRise) = (votes[bin] + votes[bin + 1], bin - shear, rise);
                }
            }
        }

        return best >= LeastCoverage * sweep.Length && ClearIfLine(sweep, bestStart, bestRise);
    }

    private static bool ClearIfLine(Sweep sweep, int start, int rise)
    {
        Span<int> thicknesses = stackalloc int[16];
        thicknesses.Clear();
        int first = sweep.Length, last = -1, covered = 0;
        for (int along = 0; along < sweep.Length; along++)
        {
            (int from, int to) = sweep.RunNear(along, start + (rise * along / sweep.Length));
            if (to > from && to - from < thicknesses.Length)
            {
                thicknesses[to - from]++;
                covered++;
                (first, last) = (Math.Min(first, along), along);
            }
        }

        int extent = last - first + 1;
        int thickness = MedianOf(thicknesses, covered);
        if (covered < LeastCoverage * sweep.Length || extent < LeastExtent * sweep.Length || thickness * LeastSlenderness > extent)
        {
            return thickness > 0 && thickness <= 2 && extent > 0.9 * sweep.Length && covered > 0.75 * sweep.Length
                && Clear(sweep, start, rise, thickness);
        }

        return Clear(sweep, start, rise, thickness);
    }

    private static bool Clear(Sweep sweep, int start, int rise, int thickness)
    {
        bool cleared = false;
        float strength = MedianStrength(sweep, start, rise);
        for (int along = 0; along < sweep.Length; along++)
        {
            (int from, int to) = sweep.RunNear(along, start + (rise * along / sweep.Length));
            if (to > from && to - from <= thickness + 1 + (thickness / 2) && sweep.Peak(along, from, to) <= StrokeToLine * strength)
            {
                sweep.Clear(along, from, to);
                cleared = true;
            }
        }

        return cleared;
    }

    private static float MedianStrength(Sweep sweep, int start, int rise)
    {
        float[] peaks = ArrayPool<float>.Shared.Rent(sweep.Length);
        int count = 0;
        for (int along = 0; along < sweep.Length; along++)
        {
            (int from, int to) = sweep.RunNear(along, start + (rise * along / sweep.Length));
            if (to > from)
            {
                peaks[count++] = sweep.Peak(along, from, to);
            }
        }

        peaks.AsSpan(0, count).Sort();
        float median = peaks[count / 2];
        ArrayPool<float>.Shared.Return(peaks);
        return median;
    }

    private static int MedianOf(ReadOnlySpan<int> histogram, int count)
    {
        int value = 0;
        for (int sum = histogram[0]; sum <= count / 2 && value < histogram.Length - 1; sum += histogram[value])
        {
            value++;
        }

        return value;
    }

    /// <summary>A view of the map in which lines run along; its two directions change places for vertical lines.</summary>
    private readonly record struct Sweep(InkMap Map, int Length, int Depth, int AlongStride, int AcrossStride)
    {
        private bool IsInk(int along, int across) => Map.Mask[(along * AlongStride) + (across * AcrossStride)] != 0;

        /// <summary>The first place at or after <paramref name="across"/> that is no ink.</summary>
        public int EndOfRun(int along, int across)
        {
            int end = across;
            while (end < Depth && IsInk(along, end))
            {
                end++;
            }

            return end;
        }

        /// <summary>The run of ink at a place, or beside it; empty where there is none.</summary>
        public (int From, int To) RunNear(int along, int across)
        {
            for (int near = Math.Max(0, across - 1); near <= Math.Min(Depth - 1, across + 2); near++)
            {
                if (IsInk(along, near))
                {
                    int from = near;
                    while (from > 0 && IsInk(along, from - 1))
                    {
                        from--;
                    }

                    return (from, EndOfRun(along, near));
                }
            }

            return (0, 0);
        }

        /// <summary>The greatest strength in a run.</summary>
        public float Peak(int along, int from, int to)
        {
            float peak = 0;
            for (int across = from; across < to; across++)
            {
                peak = Math.Max(peak, Map.Strength.Values[(along * AlongStride) + (across * AcrossStride)]);
            }

            return peak;
        }

        /// <summary>Clears a run, and the strength of the blurred edges beside it.</summary>
        public void Clear(int along, int from, int to)
        {
            for (int across = Math.Max(0, from - 1); across < Math.Min(Depth, to + 1); across++)
            {
                Map.Erase((along * AlongStride) + (across * AcrossStride));
            }
        }
    }
}
