namespace DigitFunctions.Tests.Faults;

/// <summary>How often which fault comes.</summary>
internal static class FaultMix
{
    // Those for which a client has to wait until its own time-out come seldom, or nothing else would be seen of a run.
    private static readonly (Fault Fault, int Weight)[] Weights =
    [
        (Fault.Refused500, 18),
        (Fault.Refused503, 15),
        (Fault.Slow, 20),
        (Fault.CutBefore, 12),
        (Fault.CutAfter, 12),
        (Fault.CutInBody, 8),
        (Fault.Late500, 10),
        (Fault.Silent, 2),
        (Fault.SilentAfter, 2),
        (Fault.StalledBody, 1),
    ];

    private static readonly int Sum = Weights.Sum(weight => weight.Weight);

    /// <summary>Draws what goes wrong with one call.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="share">The share of calls with which anything goes wrong, from 0 to 1.</param>
    public static Fault Draw(Random random, double share)
    {
        if (random.NextDouble() >= share)
        {
            return Fault.None;
        }

        int left = random.Next(Sum);
        foreach ((Fault fault, int weight) in Weights)
        {
            left -= weight;
            if (left < 0)
            {
                return fault;
            }
        }

        return Fault.None;
    }
}
