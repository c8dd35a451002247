namespace DigitFunctions.Core.Images.Robust;

/// <summary>Reads what was counted bin by bin.</summary>
internal static class Histogram
{
    /// <summary>The bin that holds the value of a rank, the least value having rank 0; the last bin where there are fewer values.</summary>
    public static int Quantile(ReadOnlySpan<int> counts, int rank)
    {
        int bin = 0;
        for (int sum = counts[0]; sum <= rank && bin < counts.Length - 1; sum += counts[bin])
        {
            bin++;
        }

        return bin;
    }
}
