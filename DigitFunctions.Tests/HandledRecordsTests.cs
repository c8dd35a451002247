using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests;

/// <summary>Of a batch that comes again only what failed costs calls.</summary>
public sealed class HandledRecordsTests
{
    [Fact]
    public async Task What_was_handled_is_not_asked_for_again_when_its_batch_comes_again()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), settings: ("Processing:RetryBudget", "00:00:00"));
        EventMessage[] batch = [app.Upload("a.png", 0), app.Upload("b.png", 1)];
        List<string> keys = [];
        bool isDown = true;
        app.S3.Before = (call, _) =>
        {
            keys.Add(call.Key);
            return isDown && call is { Method: "GET", Key: "b.png" } ? throw MemoryS3.Error(503, "SlowDown") : Task.CompletedTask;
        };

        UnfinishedBatchException fault = await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(batch));
        isDown = false;
        keys.Clear();
        IReadOnlyList<UploadOutcome> outcomes = await app.ProcessAsync(batch);
        bool askedAgain = keys.Exists(key => key.EndsWith("a.png", StringComparison.Ordinal));
        IReadOnlyList<UploadOutcome> later = await app.ProcessAsync(batch);

        Assert.Equal("mnist/b.png", Assert.Single(fault.Failures).Name);
        Assert.False(askedAgain);
        Assert.Equal([OutcomeStatus.Sorted, OutcomeStatus.Sorted], outcomes.Select(outcome => outcome.Status));
        // What does not come again by itself is not remembered: whoever sends it once more is told how things stand.
        Assert.Equal([OutcomeStatus.AlreadySorted, OutcomeStatus.AlreadySorted], later.Select(outcome => outcome.Status));
    }

    [Fact]
    public async Task Another_upload_in_the_same_place_of_Kafka_is_another_matter()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), settings: ("Processing:RetryBudget", "00:00:00"));
        EventMessage first = app.Upload("a.png", 0);
        app.S3.Before = (call, _) => call is { Method: "GET", Key: "b.png" } ? throw MemoryS3.Error(503, "SlowDown") : Task.CompletedTask;
        await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(first, app.Upload("b.png", 1)));

        // The topic was made anew.
        UploadOutcome outcome = Assert.Single(await app.ProcessAsync(app.Upload("c.png", 0)));

        Assert.Equal("digit-5/c.png", outcome.Target);
    }
}
