using System.Diagnostics;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests;

/// <summary>An invocation ends, whatever does not answer.</summary>
public sealed class DeadlineTests
{
    [Fact]
    public async Task An_invocation_ends_at_its_deadline_and_the_longest_step_however_many_pictures_wait()
    {
        await using var app = new MemoryApp(
            new MemoryS3(), new FixedPredictor(5), settings:
            [("S3:Timeout", "00:00:01"), ("Processing:RetryBudget", "00:00:00.5"), ("Processing:Deadline", "00:00:02"), ("Processing:MaxConcurrency", "16")]);
        EventMessage[] events = [.. Enumerable.Range(0, 128).Select(i => app.Upload($"{i}.png", i))];
        app.S3.Before = (call, ct) => call.Method == "GET" ? Task.Delay(Timeout.Infinite, ct) : Task.CompletedTask;
        long start = Stopwatch.GetTimestamp();

        UnfinishedBatchException thrown = await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(events));

        Assert.Equal(128, thrown.Failures.Count);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 1, 6);
        Assert.InRange(app.S3.Count("GET", MemoryApp.Source), 16, 48);
    }

    [Fact]
    public async Task A_step_of_many_slow_calls_is_cut_off_and_its_batch_comes_again()
    {
        await using var app = new MemoryApp(
            new MemoryS3(), new FixedPredictor(5), settings:
            [("S3:Timeout", "00:00:00.5"), ("Processing:RetryBudget", "00:00:02"), ("Processing:Deadline", "00:00:02")]);
        await using var next = new MemoryApp(new MemoryS3(sibling: app.S3), new FixedPredictor(5));
        EventMessage upload = app.Upload("a.png", 0);
        app.S3.Before = (call, ct) => call.Method == "PUT" && call.Key[0] != '.' ? Task.Delay(Timeout.Infinite, ct) : Task.CompletedTask;

        UnfinishedBatchException thrown = await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(upload));

        Assert.Contains("Processing__Deadline", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(OutcomeStatus.Sorted, Assert.Single(await next.ProcessAsync(upload)).Status);
    }
}
