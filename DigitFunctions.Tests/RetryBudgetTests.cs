using DigitFunctions.Core;
using DigitFunctions.Core.Prediction;
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
        var retries = new RetryBudget(TimeSpan.FromMinutes(2), time, NullLogger.Instance);
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
        var retries = new RetryBudget(TimeSpan.FromSeconds(20), time, NullLogger.Instance);
        long start = time.GetTimestamp();

        await Assert.ThrowsAsync<PredictorUnavailableException>(() => retries.RunAsync<int>(
            "Predict", "1 picture", _ => throw new PredictorUnavailableException("busy") { RetryAfter = TimeSpan.FromMinutes(10) }, default));

        Assert.InRange(time.GetElapsedTime(start).TotalSeconds, 19.9, 21);
    }
}
