using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Retries;
using DigitFunctions.Tests.Prediction;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests;

/// <summary>How long a failing step is repeated.</summary>
public sealed class RetryBudgetTests
{
    [Fact]
    public async Task A_predictor_that_asks_for_a_rest_gets_it()
    {
        var time = new QuickTime(_ => true);
        var retries = new RetryBudget(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(4), new SemaphoreSlim(1), time, NullLogger.Instance);
        long start = time.GetTimestamp();

        TimeSpan answered = await retries.RunAsync("Predict", "1 picture", _ =>
        {
            TimeSpan waited = time.GetElapsedTime(start);
            return waited == TimeSpan.Zero
                ? throw new PredictorUnavailableException("busy") { RetryAfter = TimeSpan.FromSeconds(40) }
                : Task.FromResult(waited);
        }, default);

        Assert.InRange(answered.TotalSeconds, 39.9, 41);
    }

    [Fact]
    public async Task A_rest_beyond_the_budget_ends_with_it()
    {
        var time = new QuickTime(_ => true);
        var retries = new RetryBudget(TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(4), new SemaphoreSlim(1), time, NullLogger.Instance);
        long start = time.GetTimestamp();

        await Assert.ThrowsAsync<PredictorUnavailableException>(() => retries.RunAsync<int>(
            "Predict", "1 picture", _ => throw new PredictorUnavailableException("busy") { RetryAfter = TimeSpan.FromMinutes(10) }, default));

        Assert.InRange(time.GetElapsedTime(start).TotalSeconds, 19.9, 21);
    }

    [Fact]
    public async Task A_call_of_the_store_holds_a_place_while_it_runs_and_none_while_it_waits_to_be_repeated()
    {
        using var places = new SemaphoreSlim(1);
        List<int> freeWhileWaiting = [], freeWhileRunning = [];
        var time = new QuickTime(_ =>
        {
            freeWhileWaiting.Add(places.CurrentCount);
            return true;
        });
        var retries = new RetryBudget(TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(4), places, time, NullLogger.Instance);

        await retries.CallStoreAsync("Read", "mnist/0.png", _ =>
        {
            freeWhileRunning.Add(places.CurrentCount);
            return freeWhileRunning.Count < 3 ? throw new IOException("broke off") : Task.FromResult(true);
        }, default);

        Assert.Equal([0, 0, 0], freeWhileRunning);
        Assert.Equal([1, 1], freeWhileWaiting);
        Assert.Equal(1, places.CurrentCount);
    }
}
