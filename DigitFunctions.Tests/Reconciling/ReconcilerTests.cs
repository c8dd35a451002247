using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Reconciling;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Reconciling;

/// <summary>Uploads whose event was lost are found in the listing and sorted by the pipeline.</summary>
public sealed class ReconcilerTests
{
    private static readonly ReconcileRequest OfAnyAge = new() { OlderThan = TimeSpan.Zero };

    [Fact]
    public async Task What_no_event_announced_is_sorted_and_what_cannot_be_is_told()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage);
        string tooLong = new('z', 901);
        await UploadAsync(storage, "a.png", "folder/b.png", "folder/", tooLong);
        await storage.S3.PutObjectAsync(new() { BucketName = storage.Source, Key = "text.png", InputStream = new MemoryStream("no picture"u8.ToArray()) });

        (ReconcileCounts counts, List<ReconciledPart> parts) = await RunAsync(services, OfAnyAge);

        Assert.Equal((5, 0, 1, 1, 3, 0), (counts.Seen, counts.Young, counts.Markers, counts.Refused, counts.Waiting, counts.Failed));
        Assert.Equal((2, 1), (counts[OutcomeStatus.Sorted], counts[OutcomeStatus.Unreadable]));
        Assert.Contains("has 901 bytes", Assert.Single(Assert.Single(parts).Refused).Reason, StringComparison.Ordinal);
        Assert.Equal(["digit-5/a.png", "digit-5/folder/b.png", "unreadable/text.png"], await KeysAsync(storage.S3, storage.Target));
        Assert.Equal(["folder/", tooLong], await KeysAsync(storage.S3, storage.Source));
    }

    [Fact]
    public async Task Young_objects_are_left_to_their_events_and_a_dry_run_does_nothing()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage);
        await UploadAsync(storage, "a.png");

        (ReconcileCounts young, _) = await RunAsync(services, new ReconcileRequest());
        (ReconcileCounts dry, List<ReconciledPart> parts) = await RunAsync(services, OfAnyAge with { IsDryRun = true });

        Assert.Equal((1, 1, 0), (young.Seen, young.Young, young.Waiting));
        Assert.Equal((1, 0, 1), (dry.Seen, dry.Young, dry.Waiting));
        Assert.Equal("a.png", Assert.Single(Assert.Single(parts).Waiting).Key);
        Assert.Equal(["a.png"], await KeysAsync(storage.S3, storage.Source));
        Assert.Empty(await KeysAsync(storage.S3, storage.Target));
    }

    [Fact]
    public async Task A_listing_of_many_parts_is_held_part_by_part_and_goes_on_after_any_of_them()
    {
        const int Objects = (2 * Reconciler.MostObjects) + 3;
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage);
        await UploadAsync(storage, [.. Enumerable.Range(0, Objects).Select(i => $"{i:0000} %+é.png")]);

        (_, List<ReconciledPart> all) = await RunAsync(services, OfAnyAge with { IsDryRun = true });
        Assert.Equal([Reconciler.MostObjects, Reconciler.MostObjects, 3], all.Select(part => part.Seen));
        Assert.Equal(Objects, all.SelectMany(part => part.Waiting).Select(upload => upload.Key).Distinct().Count());

        // The answer of one part, as text, is where another process goes on.
        Assert.True(ReconcilePlace.TryParse(all[0].Continuation!.ToString(), out ReconcilePlace? place));
        (ReconcileCounts rest, _) = await RunAsync(services, OfAnyAge with { After = place });
        Assert.Equal((Objects - Reconciler.MostObjects, 0), ((int)rest.Waiting, (int)rest.Failed));
        Assert.Equal(rest.Waiting, rest[OutcomeStatus.Sorted]);
        Assert.Equal(Reconciler.MostObjects, (await KeysAsync(storage.S3, storage.Source)).Count);
    }

    [Fact]
    public async Task Of_twenty_thousand_objects_each_is_seen_once_and_few_are_held_at_a_time()
    {
        const int Objects = 20_000;
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        foreach (int i in Enumerable.Range(0, Objects))
        {
            app.S3.Upload(MemoryApp.Source, $"{i:00000}.png", MemoryApp.Three);
        }

        (ReconcileCounts counts, List<ReconciledPart> parts) = await RunAsync(app.Services, OfAnyAge with { IsDryRun = true });

        Assert.Equal((Objects, Objects), ((int)counts.Seen, (int)counts.Waiting));
        Assert.Equal(Objects, parts.SelectMany(part => part.Waiting).Select(upload => upload.Key).Distinct().Count());
        Assert.InRange(parts.Max(part => part.Seen), 1, Reconciler.MostObjects);
        Assert.Equal(Objects, await app.Services.GetRequiredService<Reconciler>().CountAsync(OfAnyAge, CancellationToken.None));
    }

    [Fact]
    public async Task Sources_that_stay_are_neither_read_nor_filed_again()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        var predictor = new FixedPredictor(5);
        await using ServiceProvider services = CoreServices.Over(storage, services => services.AddSingleton<IDigitPredictor>(predictor), ("Sorting:Mode", "Copy"));
        await UploadAsync(storage, "a.png", "b.png");

        (ReconcileCounts first, _) = await RunAsync(services, OfAnyAge);
        await UploadAsync(storage, "c.png");
        (ReconcileCounts second, _) = await RunAsync(services, OfAnyAge);

        Assert.Equal((2, 2), (first.Waiting, first[OutcomeStatus.Sorted]));
        Assert.Equal((3, 1, 1), (second.Seen, second.Waiting, second[OutcomeStatus.Sorted]));
        Assert.Equal(2, predictor.Calls);
    }

    [Fact]
    public async Task It_ends_where_nothing_can_be_handled()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = CoreServices.Over(
            storage, services => services.AddSingleton<IDigitPredictor>(new FailingPredictor(new PredictorUnavailableException("The model rests."))), ("Processing:RetryBudget", "00:00:00"));
        int objects = (3 * Reconciler.MostObjects) + 1;
        await UploadAsync(storage, [.. Enumerable.Range(0, objects).Select(i => $"{i:0000}.png")]);

        (ReconcileCounts counts, List<ReconciledPart> parts) = await RunAsync(services, OfAnyAge);

        Assert.Equal([false, false, true], parts.Select(part => part.IsGivenUp));
        Assert.Equal((objects - 1, objects - 1), ((int)counts.Seen, (int)counts.Failed));
        Assert.Equal(objects, (await KeysAsync(storage.S3, storage.Source)).Count);
    }

    [Fact]
    public async Task A_damaged_object_keeps_nothing_behind_it_from_being_sorted()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        var predictor = new FixedPredictor(5);
        await using ServiceProvider filing = CoreServices.Over(storage, services => services.AddSingleton<IDigitPredictor>(predictor), ("Sorting:Mode", "Copy"));
        await UploadAsync(storage, [.. Enumerable.Range(0, Reconciler.MostObjects - 1).Select(i => $"b{i:0000}.png")]);
        await RunAsync(filing, OfAnyAge);
        await UploadAsync(storage, "a.png", "c.png");
        // The first picture that is asked about alone fails; nothing else in its part waits.
        await using ServiceProvider services = CoreServices.Over(
            storage, services => services.AddSingleton<IDigitPredictor>(new FailsOnce()), ("Sorting:Mode", "Copy"), ("Processing:RetryBudget", "00:00:00"));

        (ReconcileCounts counts, List<ReconciledPart> parts) = await RunAsync(services, OfAnyAge);

        Assert.DoesNotContain(parts, part => part.IsGivenUp);
        Assert.Equal((1, 1), ((int)counts.Failed, counts[OutcomeStatus.Sorted]));
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("0s", 0)]
    public void An_age_is_a_number_with_its_unit(string text, int seconds)
    {
        Assert.True(Age.TryParse(text, out TimeSpan age));
        Assert.Equal(seconds, age.TotalSeconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("10")]
    [InlineData("-1m")]
    [InlineData("1.5h")]
    [InlineData("10 m")]
    [InlineData("3651d")]
    [InlineData("999999d")]
    [InlineData("9999999999s")]
    public void Anything_else_is_no_age(string? text) => Assert.False(Age.TryParse(text, out _));

    internal static async Task UploadAsync(TestStorage storage, params string[] keys)
    {
        await Parallel.ForEachAsync(keys, async (key, ct) =>
            await storage.S3.PutObjectAsync(new() { BucketName = storage.Source, Key = key, InputStream = new MemoryStream(Some.Picture()) }, ct));
    }

    internal static async Task<IReadOnlyList<string>> KeysAsync(IAmazonS3 s3, string bucket)
    {
        List<string> keys = [];
        await foreach (S3Object found in s3.Paginators.ListObjectsV2(new() { BucketName = bucket }).S3Objects)
        {
            keys.Add(found.Key);
        }

        return keys.FindAll(key => !key.StartsWith('.'));
    }

    /// <summary>Cannot predict at its first call.</summary>
    private sealed class FailsOnce : IDigitPredictor
    {
        private readonly FixedPredictor _others = new(5);
        private int _calls;

        public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken) => Interlocked.Increment(ref _calls) == 1
            ? throw new PredictorUnavailableException("The model rests.") : _others.PredictAsync(tensors, cancellationToken);

        public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("once");
    }

    private static ServiceProvider Services(TestStorage storage) =>
        CoreServices.Over(storage, services => services.AddSingleton<IDigitPredictor>(new FixedPredictor(5)));

    private static async Task<(ReconcileCounts Counts, List<ReconciledPart> Parts)> RunAsync(IServiceProvider services, ReconcileRequest request)
    {
        var counts = new ReconcileCounts();
        List<ReconciledPart> parts = [];
        await foreach (ReconciledPart part in services.GetRequiredService<Reconciler>().RunAsync(request, TimeSpan.MaxValue, CancellationToken.None))
        {
            counts.Add(part);
            parts.Add(part);
        }

        return (counts, parts);
    }
}
