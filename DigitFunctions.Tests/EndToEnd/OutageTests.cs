using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>What cannot be reached holds the batch; nothing is committed until it is done.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task While_S3_is_unreachable_the_batch_is_kept_and_afterwards_it_is_sorted()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local, ("Processing:RetryBudget", "00:00:00.2"));
        string eTag = await app.Storage.UploadAsync("8.png", Some.Picture(8));
        await app.Storage.StopServerAsync();

        await app.AnnounceAsync("8.png", eTag);
        // An invocation was given up, so that the trigger has had the batch back at least once.
        await Eventually.TrueAsync("failed invocation", () => Task.FromResult(app.Log.Contains("Unfinished")));
        Assert.Equal(0, app.Committed);

        await app.Storage.StartServerAsync();
        await app.TargetHoldsAsync("digit-8/8.png");
        await app.SourceHoldsAsync();
        await app.CommittedAsync(1);
    }

    [Fact]
    public async Task A_host_that_is_stopped_and_started_goes_on_where_it_was()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        await app.AnnounceAsync("1.png", await app.Storage.UploadAsync("1.png", Some.Picture(1)));
        await app.CommittedAsync(1);
        await app.StopFunctionsAsync();
        await app.AnnounceAsync("2.png", await app.Storage.UploadAsync("2.png", Some.Picture(2)));

        await app.StartFunctionsAsync();

        await app.TargetHoldsAsync("digit-1/1.png", "digit-2/2.png");
        await app.CommittedAsync(2);
    }
}
