using System.Buffers;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Takes straight thin lines that run across the picture out of the ink: ruled paper, margins, the rules of a frame.</summary>
/// <remarks>
/// A line is a nearly level path on which most of the picture's length differs from the paper, however faintly, and beside which it does not.
/// As staff lines are removed from scanned music, it is cleared except where a stroke crosses it or is much stronger than it.
/// </remarks>
internal static class RuledLines
{
    // A stroke of a digit is never so thin for its length.
    private const int LeastSlenderness = 25;

    // A line thicker than that for its length must reach from edge to edge or lie beside an edge, and may be this thick at most.
    private const int LeastSlendernessOfThickLine = 12;

    // How far a line may rise or fall over the picture's length, as a part of it.
    private const double MostSlope = 0.04;
    private const double LeastCoverage = 0.55;
    private const double LeastCoverageOfThickLine = 0.75;

    // A frame may leave a margin of this part of the picture's length, and lies within the outer part of its depth.
    private const double MostMargin = 0.08;
    private const double FramePart = 0.15;
    private const double EdgeOfBand = 0.6;
    private const int MostLines = 60;

    // What is this much stronger than the rest of a line is a stroke that runs along it.
    private const float StrokeToLine = 1.4f;

    // A line may be as faint as this part of the contrast, and as this many times the noise.
    private const float LeastStrength = 0.12f;
    private const float LeastStrengthToNoise = 2;

    /// <summary>Erases horizontal and vertical lines from the map.</summary>
    /// <returns>Whether there were any.</returns>
    public static bool Remove(InkMap map)
    {
        Plane? before = null;
        bool horizontal = Remove(map, new LineSweep(map, map.Strength, map.Width, map.Height, 1, map.Width), ref before);

        // Where lines cross, erasing those of one direction has left gaps in the others: these are looked for in what was there before.
        bool vertical = Remove(map, new LineSweep(map, before ?? map.Strength, map.Height, map.Width, map.Width, 1), ref before);
        before?.Dispose();
        return horizontal || vertical;
    }

    private static bool Remove(InkMap map, LineSweep sweep, ref Plane? before)
    {
        float floor = Math.Max(LeastStrength * map.Contrast, LeastStrengthToNoise * map.Noise);
        int shear = (int)(MostSlope * sweep.Length);
        int bins = sweep.Depth + (2 * shear) + 1;
        var places = ArrayPool<(int Along, int Across)>.Shared.Rent(sweep.Length * sweep.Depth);
        int[] votes = ArrayPool<int>.Shared.Rent(bins);
        int[] shifts = ArrayPool<int>.Shared.Rent(sweep.Length);
        bool removed = false;
        (int leastRise, int mostRise) = (-shear, shear);
        for (int line = 0; line < MostLines; line++)
        {
            int count = sweep.FindAbove(floor, places);
            RulePath best = FindPath(sweep, places.AsSpan(0, count), votes.AsSpan(0, bins), shifts.AsSpan(0, sweep.Length), leastRise, mostRise);
            if (!IsLine(sweep, best, floor))
            {
                break;
            }

            before ??= map.Strength.Clone();
            Clear(sweep, best, map);
            removed = true;

            // The lines of a page are parallel.
            (leastRise, mostRise) = (Math.Max(-shear, best.Rise - 1), Math.Min(shear, best.Rise + 1));
        }

        ArrayPool<(int Along, int Across)>.Shared.Return(places);
        ArrayPool<int>.Shared.Return(votes);
        ArrayPool<int>.Shared.Return(shifts);
        return removed;
    }

    /// <summary>The path with the most votes among those that are thin enough: it stands out from what lies at some distance on both sides.</summary>
    private static RulePath FindPath(
        LineSweep sweep, ReadOnlySpan<(int Along, int Across)> places, Span<int> votes, Span<int> shifts, int leastRise, int mostRise)
    {
        RulePath best = default;
        if (CountAlong(places, shifts) < LeastCoverage * sweep.Length)
        {
            return best;
        }

        int shear = (votes.Length - sweep.Depth) / 2;
        for (int step = 0; step <= 2 * shear; step++)
        {
            // Level paths first: where several have as many votes, a thick line is not taken for a slanted one.
            int rise = (step & 1) == 0 ? step / 2 : -(step + 1) / 2;
            if (rise < leastRise || rise > mostRise)
            {
                continue;
            }

            for (int along = 0; along < shifts.Length; along++)
            {
                shifts[along] = shear - (rise * along / sweep.Length);
            }

            votes.Clear();
            foreach ((int along, int across) in places)
            {
                votes[across + shifts[along]]++;
            }

            for (int bin = 0; bin < votes.Length; bin++)
            {
                if (votes[bin] <= best.Votes || votes[bin] < LeastCoverage * sweep.Length)
                {
                    continue;
                }

                (int from, int to) = BandAround(votes, bin);
                if (to - from <= MostThickness(sweep))
                {
                    best = new RulePath(from - shear, to - from, rise, votes[bin]);
                }
            }
        }

        return best;
    }

    /// <summary>How much of the picture's length has places at all: no path has more votes.</summary>
    private static int CountAlong(ReadOnlySpan<(int Along, int Across)> places, Span<int> isPlace)
    {
        isPlace.Clear();
        int count = 0;
        foreach ((int along, _) in places)
        {
            count += 1 - isPlace[along];
            isPlace[along] = 1;
        }

        return count;
    }

    /// <summary>The places beside a peak that have most of its votes.</summary>
    private static (int From, int To) BandAround(ReadOnlySpan<int> votes, int peak)
    {
        double least = EdgeOfBand * votes[peak];
        int from = peak;
        while (from > 0 && votes[from - 1] >= least)
        {
            from--;
        }

        int to = peak + 1;
        while (to < votes.Length && votes[to] >= least)
        {
            to++;
        }

        return (from, to);
    }

    private static int MostThickness(LineSweep sweep) => Math.Max(4, sweep.Length / LeastSlendernessOfThickLine);

    /// <summary>Whether a path runs across the whole picture, but for the margin that a frame may have, and is thin enough.</summary>
    private static bool IsLine(LineSweep sweep, RulePath path, float floor)
    {
        int near = (int)(MostMargin * sweep.Length);
        int far = Math.Min(sweep.Length, near + Math.Max(2, near));
        if (path.Votes == 0 || Coverage(sweep, path, near, far, floor) <= 0.6 || Coverage(sweep, path, sweep.Length - far, sweep.Length - near, floor) <= 0.6)
        {
            return false;
        }

        if (path.Thickness * LeastSlenderness <= sweep.Length)
        {
            return true;
        }

        int ends = Math.Max(1, sweep.Length / 20);
        bool isFrame = path.Start + path.Thickness < FramePart * sweep.Depth || path.Start > (1 - FramePart) * sweep.Depth;
        bool reachesEdges = Coverage(sweep, path, 0, ends, floor) > 0.5 && Coverage(sweep, path, sweep.Length - ends, sweep.Length, floor) > 0.5;
        return path.Votes >= LeastCoverageOfThickLine * sweep.Length && (isFrame || reachesEdges);
    }

    private static double Coverage(LineSweep sweep, RulePath path, int from, int to, float floor)
    {
        int covered = 0;
        for (int along = from; along < to; along++)
        {
            covered += sweep.Peak(along, path.StartAt(along, sweep.Length), path.Thickness) > floor ? 1 : 0;
        }

        return (double)covered / (to - from);
    }

    /// <summary>Erases a line and the rows beside it, to which blur spreads it: what is no stronger than usual on each row.</summary>
    private static void Clear(LineSweep sweep, RulePath path, InkMap map)
    {
        Span<float> strongest = stackalloc float[path.Thickness + 2];
        for (int row = 0; row < strongest.Length; row++)
        {
            strongest[row] = (StrokeToLine * MedianOfRow(sweep, path, row - 1)) + (2 * map.Noise);
        }

        float stroke = map.Contrast / 2;
        for (int along = 0; along < sweep.Length; along++)
        {
            int start = path.StartAt(along, sweep.Length);
            if (sweep.HasInk(along, start - 2, stroke) && sweep.HasInk(along, start + path.Thickness + 1, stroke))
            {
                continue;
            }

            for (int row = 0; row < strongest.Length; row++)
            {
                sweep.Erase(along, start + row - 1, strongest[row]);
            }
        }
    }

    private static float MedianOfRow(LineSweep sweep, RulePath path, int row)
    {
        float[] pooled = ArrayPool<float>.Shared.Rent(sweep.Length);
        Span<float> strengths = pooled.AsSpan(0, sweep.Length);
        for (int along = 0; along < strengths.Length; along++)
        {
            strengths[along] = sweep.Peak(along, path.StartAt(along, sweep.Length) + row, 1);
        }

        strengths.Sort();
        float median = strengths[strengths.Length / 2];
        ArrayPool<float>.Shared.Return(pooled);
        return median;
    }

    /// <summary>A straight band.</summary>
    private readonly record struct RulePath(int Start, int Thickness, int Rise, int Votes)
    {
        /// <summary>Its first place across, at a place along.</summary>
        public int StartAt(int along, int length) => Start + (Rise * along / length);
    }
}
