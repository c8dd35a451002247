using System.CommandLine;
using System.Diagnostics;
using DigitFunctions.Tests.Schedules;

namespace DigitFunctions.Benchmarks;

/// <summary><c>schedules</c>: whatever the order of what happens, nothing is lost and nothing filed twice.</summary>
internal static class SchedulesBench
{
    public static Command Create()
    {
        var schedules = new Option<int>("--schedules") { Description = "How many are played.", DefaultValueFactory = _ => 200_000 };
        var seed = new Option<int>("--seed") { Description = "Of the first; the others follow.", DefaultValueFactory = _ => 0 };
        var command = new Command(
            "schedules",
            "Plays uploads, overwrites, removals, events that come twice or out of order, two workers, crashes and faults at any call, a digit that changes, and a picture that is refused for ever, "
            + "each in an order of its own, over a server in memory. Exit code 0 only if nothing was lost, filed twice or filed wrongly.")
        {
            schedules, seed,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(parsed.GetValue(schedules), parsed.GetValue(seed), cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(int schedules, int seed, CancellationToken cancellationToken)
    {
        int lost = 0, twice = 0, wrong = 0, other = 0, told = 0;
        long start = Stopwatch.GetTimestamp();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 4 * Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForAsync(seed, seed + schedules, parallel, async (one, ct) =>
        {
            (IReadOnlyList<string> findings, _) = await ScheduleRuns.PlayAsync(one, ScheduleRuns.Options(one));
            Add(ref lost, findings, "lost:");
            Add(ref twice, findings, "twice:");
            Add(ref wrong, findings, "wrong:");
            Add(ref other, findings, "it did not");
            if (findings.Count > 0 && Interlocked.Increment(ref told) <= 3)
            {
                await Console.Error.WriteLineAsync(await ScheduleRuns.ShrinkAsync(one, ScheduleRuns.Options(one)));
            }
        });

        var table = new Table();
        table.Add("schedules", "schedules", schedules);
        table.Add("pictures lost", "lost", lost);
        table.Add("pictures filed twice", "twice", twice);
        table.Add("pictures filed wrongly", "wrong", wrong);
        table.Add("schedules without an end", other);
        table.Add("seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
        table.Write(Console.Out);
        return told == 0 ? 0 : 1;
    }

    private static void Add(ref int count, IReadOnlyList<string> findings, string kind) =>
        Interlocked.Add(ref count, findings.Count(finding => finding.StartsWith(kind, StringComparison.Ordinal)));
}
