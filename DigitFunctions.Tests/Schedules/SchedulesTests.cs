using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace DigitFunctions.Tests.Schedules;

/// <summary>Whatever the order of what happens, the last content of each key is filed once, or stands in the source with a dead letter.</summary>
public sealed class SchedulesTests
{
    [Fact]
    public async Task Two_thousand_schedules_lose_nothing_and_file_nothing_twice()
    {
        // More at a time than there are processors: each waits for its threads most of the time.
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8 };
        var found = new ConcurrentQueue<int>();
        await Parallel.ForAsync(0, 2000, parallel, async (seed, _) =>
        {
            if (found.IsEmpty && (await ScheduleRuns.PlayAsync(seed, ScheduleRuns.Options(seed))).Wrong.Count > 0)
            {
                found.Enqueue(seed);
            }
        });

        if (found.TryPeek(out int fault))
        {
            Assert.Fail(await ScheduleRuns.ShrinkAsync(fault, ScheduleRuns.Options(fault)));
        }
    }

    [Fact]
    public async Task A_seed_stands_for_one_order()
    {
        (_, IReadOnlyList<string> first) = await ScheduleRuns.PlayAsync(7, ScheduleRuns.Options(7));
        (_, IReadOnlyList<string> second) = await ScheduleRuns.PlayAsync(7, ScheduleRuns.Options(7));

        Assert.Equal(first.Select(WithoutIds), second.Select(WithoutIds));
    }

    /// <summary>The objects that ask the server have names of their own each time.</summary>
    private static string WithoutIds(string line) => Regex.Replace(line, "-[0-9a-f]{32}", "");
}
