using DigitFunctions.Core;
using DigitFunctions.Core.Page;
using DigitFunctions.Tests.Functions;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Page;

/// <summary>What the overview tells of the target bucket.</summary>
public sealed class FiledOverviewTests
{
    [Theory, OnCeph, OnLocal]
    public async Task Every_place_is_counted_and_its_newest_come_first(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        foreach (string key in new[] { "digit-0/b.png", "digit-0/a.png", "review/c.png", "unreadable/d.txt", ".digitfunctions/claims/mnist/0.json", "elsewhere/x.png" })
        {
            await page.FileAsync(key);
        }

        OverviewView view = await page.CountedAsync();

        Assert.Equal(PageColumn.All, view.Columns.Select(column => column.Name));
        Assert.Equal([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0], view.Columns.Select(column => column.Count));
        Assert.Equal(["digit-0/a.png", "digit-0/b.png"], view.Columns[0].Newest.Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.True(view.Columns[0].Newest[0].Modified >= view.Columns[0].Newest[1].Modified);
        Assert.DoesNotContain(view.Columns.SelectMany(column => column.Newest), entry => entry.Key.StartsWith('.') || entry.Key.StartsWith('e'));
        Assert.Null(view.Fault);
    }

    [Fact]
    public void Of_many_the_newest_are_kept_and_all_are_counted()
    {
        var tally = new PlaceTally();
        DateTimeOffset start = DateTimeOffset.UnixEpoch;
        int[] order = [.. Enumerable.Range(0, 5000)];
        new Random(1).Shuffle(order);

        tally.Add([.. order.Select(i => new FiledEntry($"digit-0/{i}.png", start.AddSeconds(i), 1, ""))]);
        tally.AddLate(new FiledEntry("digit-0/late.png", start.AddDays(1), 1, ""));
        tally.Remove("digit-0/4999.png");

        ColumnView view = tally.View("digit-0", 1000);
        Assert.Equal(5000, view.Count);
        Assert.Equal(["digit-0/late.png", .. Enumerable.Range(0, PlaceTally.Kept - 2).Select(i => $"digit-0/{4998 - i}.png")], view.Newest.Select(entry => entry.Key));
    }

    [Fact]
    public async Task Pictures_that_workers_claim_are_told_without_another_walk()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await using ServiceProvider worker = page.Sibling();
        ClaimFeed feed = page.Get<ClaimFeed>();
        Assert.Empty(await feed.ReadAsync(default));
        string eTag = await page.Storage.UploadAsync("new.png", Some.Picture());

        await worker.GetRequiredService<DigitPipeline>().ProcessAsync([MemoryApp.Event(page.Storage.Source, "new.png", eTag, 0)], default);

        FiledEntry entry = Assert.Single(await feed.ReadAsync(default));
        Assert.Equal(("digit-5/new.png", Some.Picture().LongLength, eTag), (entry.Key, entry.Size, entry.ETag));
        Assert.Empty(await feed.ReadAsync(default));
    }

    [Fact]
    public async Task A_bucket_that_cannot_be_listed_is_told_and_looked_at_again()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.Storage.StopServerAsync();
        FiledOverview overview = page.Get<FiledOverview>();
        await Eventually.TrueAsync("fault", async () => (await overview.LookAsync(1, default)).Fault is not null);

        await page.Storage.StartServerAsync();

        await page.FileAsync("digit-3/a.png");
        await Eventually.TrueAsync("count", async () => await overview.LookAsync(1, default) is { Fault: null } view && view.Columns[3].Count == 1);
    }

    [Theory, OnCeph, OnLocal]
    public async Task A_place_is_listed_part_by_part(StorageKind storage)
    {
        await using PageFixture page = await PageFixture.StartAsync(storage);
        for (int i = 0; i < 5; i++)
        {
            await page.FileAsync($"digit-2/{i} +é.png");
        }

        await page.FileAsync("digit-20/other.png");
        var keys = new List<string>();
        string? next = null;
        do
        {
            ListingPart part = await page.Get<TargetListing>().ListAsync("digit-2/", next, 2, default);
            Assert.InRange(part.Entries.Count, 1, 2);
            keys.AddRange(part.Entries.Select(entry => entry.Key));
            next = part.Next;
        }
        while (next is not null);

        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"digit-2/{i} +é.png"), keys);
    }
}
