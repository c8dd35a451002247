using Amazon.S3.Model;
using DigitFunctions.Core.Page;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Page;

/// <summary>A person files a picture elsewhere: nothing of it is lost, nothing is filed twice, and of two who decide at once one wins.</summary>
public sealed class PictureDecisionTests
{
    [Theory, OnCeph, OnLocal]
    public async Task A_picture_goes_where_a_person_says_with_all_that_it_has(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        string eTag = await page.FileAsync("digit-7/a b/1+é.png", null, ("digit", "7"), ("confidence", "0.61"), ("camera", "left"), ("source", "mnist/a b/1"));

        Decision decision = await page.Get<PictureDecisions>().DecideAsync("digit-7/a b/1+é.png", eTag, "digit-1/", "ada", default);

        Assert.Equal(new Decision(DecisionStatus.Filed, "digit-1/a b/1+é.png", null) { ETag = eTag }, decision);
        Assert.Equal(["digit-1/a b/1+é.png"], await page.FiledAsync());
        Assert.Equal(Some.Picture(), await page.Storage.ReadAsync(page.Storage.Target, "digit-1/a b/1+é.png"));
        GetObjectMetadataResponse filed = await page.Storage.S3.GetObjectMetadataAsync(page.Storage.Target, "digit-1/a b/1+é.png");
        Assert.Equal("image/x-digit", filed.Headers.ContentType);
        Assert.Equal(
            ["7", "0.61", "left", "mnist/a b/1", eTag, "digit-7", "ada"],
            Texts(filed.Metadata, "digit", "confidence", "camera", "source", "source-etag", "was", "by"));
        Assert.True(DateTimeOffset.TryParse(filed.Metadata["reviewed"], out _));
    }

    [Theory, OnCeph, OnLocal]
    public async Task Decisions_are_taken_back_one_after_the_other(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        PictureDecisions decisions = page.Get<PictureDecisions>();
        string eTag = await page.FileAsync("digit-7/1.png", null, ("digit", "7"));
        await decisions.DecideAsync("digit-7/1.png", eTag, "digit-1/", "ada", default);
        await decisions.DecideAsync("digit-1/1.png", eTag, "unreadable/", null, default);
        Assert.Equal("digit-1,digit-7", (await page.MetadataAsync("unreadable/1.png"))["was"]);

        Assert.Equal("digit-1/1.png", (await decisions.UndoAsync("unreadable/1.png", eTag, null, default)).Key);
        Assert.Equal("digit-7", (await page.MetadataAsync("digit-1/1.png"))["was"]);
        Assert.Equal("digit-7/1.png", (await decisions.UndoAsync("digit-1/1.png", eTag, null, default)).Key);

        MetadataCollection metadata = await page.MetadataAsync("digit-7/1.png");
        Assert.Equal(["7", null, null, null], Texts(metadata, "digit", "reviewed", "was", "by"));
        Assert.Equal(DecisionStatus.Refused, (await decisions.UndoAsync("digit-7/1.png", eTag, null, default)).Status);
        Assert.Equal(["digit-7/1.png"], await page.FiledAsync());
    }

    [Theory, OnCeph, OnLocal]
    public async Task The_place_where_it_is_can_be_confirmed(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        string eTag = await page.FileAsync("digit-7/1.png");

        Decision decision = await page.Get<PictureDecisions>().DecideAsync("digit-7/1.png", eTag, "digit-7/", null, default);

        Assert.Equal(DecisionStatus.Filed, decision.Status);
        Assert.Equal("digit-7", (await page.MetadataAsync("digit-7/1.png"))["was"]);
        Assert.NotNull((await page.MetadataAsync("digit-7/1.png"))["reviewed"]);
    }

    [Theory, OnLocal]
    public async Task Of_two_processes_that_decide_at_once_one_wins_and_the_other_is_told(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        await using ServiceProvider sibling = page.Sibling();
        PictureDecisions[] deciders = [page.Get<PictureDecisions>(), sibling.GetRequiredService<PictureDecisions>()];
        for (int round = 0; round < 20; round++)
        {
            string name = $"{round}.png";
            string eTag = await page.FileAsync($"digit-7/{name}");

            Decision[] decisions = await Task.WhenAll(deciders.Select((one, i) => Task.Run(() => one.DecideAsync($"digit-7/{name}", eTag, $"digit-{i + 1}/", $"person {i}", default))));

            Decision won = Assert.Single(decisions, decision => decision.Status == DecisionStatus.Filed);
            Decision told = Assert.Single(decisions, decision => decision.Status is DecisionStatus.Lost or DecisionStatus.Gone);
            Assert.NotNull(told.Reason);
            Assert.Equal(won.Key, Assert.Single(await page.FiledAsync(), key => key.EndsWith($"/{name}", StringComparison.Ordinal)));
        }
    }

    [Theory, OnCeph, OnLocal]
    public async Task Another_picture_than_the_one_that_was_seen_is_left_alone(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        string eTag = await page.FileAsync("digit-7/1.png");
        await page.FileAsync("digit-7/1.png", Some.OtherPicture());

        Assert.Equal(DecisionStatus.Changed, (await page.Get<PictureDecisions>().DecideAsync("digit-7/1.png", eTag, "digit-1/", null, default)).Status);
        Assert.Equal(DecisionStatus.Gone, (await page.Get<PictureDecisions>().DecideAsync("digit-7/2.png", eTag, "digit-1/", null, default)).Status);
        Assert.Equal(["digit-7/1.png"], await page.FiledAsync());
    }

    [Theory, OnCeph, OnLocal]
    public async Task A_picture_that_is_in_the_way_is_not_written_over(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        await page.FileAsync("digit-1/1.png", Some.OtherPicture());
        string eTag = await page.FileAsync("digit-7/1.png");

        Decision decision = await page.Get<PictureDecisions>().DecideAsync("digit-7/1.png", eTag, "digit-1/", null, default);

        Assert.Equal(DecisionStatus.Refused, decision.Status);
        Assert.Equal(["digit-1/1.png", "digit-7/1.png"], await page.FiledAsync());
        Assert.Equal(Some.OtherPicture(), await page.Storage.ReadAsync(page.Storage.Target, "digit-1/1.png"));
    }

    [Fact]
    public async Task An_uploader_cannot_say_that_a_person_has_decided()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        string eTag = await app.Storage.UploadAsync("4.png", Some.Picture(4), "image/png", ("reviewed", "2026-01-01T00:00:00Z"), ("was", "digit-9"), ("by", "ada"), ("camera", "left"));
        await app.AnnounceAsync("4.png", eTag);

        await app.TargetHoldsAsync("digit-4/4.png");
        MetadataCollection metadata = (await app.Storage.S3.GetObjectMetadataAsync(app.Storage.Target, "digit-4/4.png")).Metadata;
        Assert.Equal([null, null, null, "left"], Texts(metadata, "reviewed", "was", "by", "camera"));
        Assert.StartsWith($"{app.Topic}/", metadata["event"], StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Texts(MetadataCollection metadata, params string[] names) => names.Select(name => metadata[name]);
}
