using System.Diagnostics;

namespace DigitFunctions.Tests.Prediction;

/// <summary>Waits until something is so, not longer than 30 seconds.</summary>
internal static class Deadline
{
    public static async Task UntilAsync(Func<bool> isSo)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "It was not so within 30 seconds.");
            await Task.Delay(10);
        }
    }
}
