using System.Diagnostics;
using DigitFunctions.Tests.Faults;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class IdleStackTests
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_stack_that_nobody_uses_keeps_no_core_busy()
    {
        string log = Path.GetTempFileName();
        await using RunningDigits stack = await RunningDigits.StackAsync(log);
        (long time, TimeSpan used) start = (Stopwatch.GetTimestamp(), stack.ProcessorTime);

        // The first windows still hold its start.
        await Eventually.TrueAsync("second in which the stack used less than a tenth of a core", () =>
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start.time);
            if (elapsed < Window)
            {
                return Task.FromResult(false);
            }

            bool isIdle = stack.ProcessorTime - start.used < elapsed / 10;
            start = (Stopwatch.GetTimestamp(), stack.ProcessorTime);
            return Task.FromResult(isIdle);
        });
        File.Delete(log);
    }
}
