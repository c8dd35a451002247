using System.Text;
using DigitFunctions.Core;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests;

/// <summary>Outcomes of the pipeline, over the local S3 server.</summary>
public sealed class DigitPipelineTests
{
    [Fact]
    public async Task One_call_predicts_all_pictures_of_a_batch()
    {
        var predictor = new FixedPredictor(5);
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, predictor);
        EventMessage[] events = [await UploadAsync(storage, "a.png"), await UploadAsync(storage, "b.png"), await UploadAsync(storage, "c.png")];

        IReadOnlyList<UploadOutcome> outcomes = await ProcessAsync(services, events);

        Assert.Equal(["digit-5/a.png", "digit-5/b.png", "digit-5/c.png"], outcomes.Select(outcome => outcome.Target!));
        Assert.All(outcomes, outcome => Assert.Equal(OutcomeStatus.Sorted, outcome.Status));
        Assert.Equal(1, predictor.Calls);
    }

    [Fact]
    public async Task An_event_that_comes_again_finds_its_picture_sorted()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new FixedPredictor(5));
        EventMessage upload = await UploadAsync(storage, "a.png");

        await ProcessAsync(services, upload);
        UploadOutcome again = Assert.Single(await ProcessAsync(services, upload));

        Assert.Equal((OutcomeStatus.AlreadySorted, "digit-5/a.png"), (again.Status, again.Target));
    }

    [Fact]
    public async Task A_picture_that_was_filed_before_a_crash_is_not_filed_again_when_another_digit_is_recognised()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        EventMessage upload = (await UploadAsync(storage, "a.png")) with { Origin = new KafkaOrigin("mnist", 0, 7, null, null) };
        // In copy mode the source stays, as it does when a process ends before the delete.
        await using (ServiceProvider before = Services(storage, new FixedPredictor(3), ("Sorting:Mode", "Copy")))
        {
            await ProcessAsync(before, upload);
        }

        await using ServiceProvider after = Services(storage, new FixedPredictor(5));
        UploadOutcome outcome = Assert.Single(await ProcessAsync(after, upload));

        Assert.Equal((OutcomeStatus.AlreadySorted, "digit-3/a.png"), (outcome.Status, outcome.Target));
        Assert.Equal(["digit-3/a.png"], await storage.KeysAsync(storage.Target));
        Assert.Empty(await storage.KeysAsync(storage.Source));
    }

    [Fact]
    public async Task Uploads_of_one_key_in_one_batch_are_handled_in_order()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new FixedPredictor(5));
        EventMessage first = await UploadAsync(storage, "a.png", Some.Picture());
        EventMessage second = await UploadAsync(storage, "a.png", Some.OtherPicture());

        IReadOnlyList<UploadOutcome> outcomes = await ProcessAsync(services, first, second);

        // The first event finds the newer picture and sorts it as it stands; the second finds that done.
        Assert.Equal([OutcomeStatus.Sorted, OutcomeStatus.AlreadySorted], outcomes.Select(outcome => outcome.Status));
        Assert.Equal(Some.OtherPicture(), await storage.ReadAsync(storage.Target, "digit-5/a.png"));
    }

    [Fact]
    public async Task A_picture_below_the_least_confidence_goes_to_review()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new FixedPredictor(5, 0.6f), ("Sorting:MinConfidence", "0.7"));

        UploadOutcome outcome = Assert.Single(await ProcessAsync(services, await UploadAsync(storage, "a.png")));

        Assert.Equal((OutcomeStatus.Review, "review/a.png", 5), (outcome.Status, outcome.Target, outcome.Digit));
        Assert.Equal(["review/a.png"], await storage.KeysAsync(storage.Target));
    }

    [Theory]
    [InlineData("0.5", 0.4f, "review/a.png", "no single digit: the model's digit score is 0.4")]
    [InlineData("0.5", 0.6f, "digit-5/a.png", null)]
    [InlineData("0", 0.4f, "digit-5/a.png", null)]
    public async Task A_picture_of_no_single_digit_goes_to_review_with_its_reason(string least, float digitScore, string target, string? reason)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(
            storage, new FixedPredictor(5) { DigitScore = digitScore }, ("Sorting:MinDigitScore", least));

        UploadOutcome outcome = Assert.Single(await ProcessAsync(services, await UploadAsync(storage, "a.png")));

        Assert.Equal((target, 5, reason), (outcome.Target, outcome.Digit, outcome.Reason));
        Assert.Equal([target], await storage.KeysAsync(storage.Target));
    }

    [Fact]
    public async Task An_upload_to_a_bucket_that_is_not_served_is_skipped_and_untouched()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new FixedPredictor(5), ("Sorting:SourceBuckets:0", "another"));

        UploadOutcome outcome = Assert.Single(await ProcessAsync(services, await UploadAsync(storage, "a.png")));

        Assert.Equal(OutcomeStatus.Skipped, outcome.Status);
        Assert.Contains("Sorting__SourceBuckets", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(["a.png"], await storage.KeysAsync(storage.Source));
    }

    [Fact]
    public async Task What_cannot_be_handled_within_the_budget_is_thrown_and_the_rest_is_done()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(
            storage, new FixedPredictor(5), ("Sorting:SourceBuckets:1", "no-such-bucket"), ("Processing:RetryBudget", "00:00:00"));
        EventMessage lost = Event("no-such-bucket", "b.png", "");

        UnfinishedBatchException thrown = await Assert.ThrowsAsync<UnfinishedBatchException>(
            async () => await ProcessAsync(services, lost, await UploadAsync(storage, "a.png")));

        Assert.Equal("no-such-bucket/b.png", Assert.Single(thrown.Failures).Name);
        Assert.Equal($"digit-5/{storage.Source}/a.png", Assert.Single(thrown.Outcomes).Target);
        Assert.Contains("no-such-bucket/b.png", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_that_cannot_be_true_is_repeated_and_never_filed()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new ImplausiblePredictor(), ("Processing:RetryBudget", "00:00:00.3"));
        EventMessage upload = await UploadAsync(storage, "a.png");

        UnfinishedBatchException thrown = await Assert.ThrowsAsync<UnfinishedBatchException>(() => ProcessAsync(services, upload));

        Assert.IsType<ImplausiblePredictionException>(thrown.InnerException);
        Assert.Equal(["a.png"], await storage.KeysAsync(storage.Source));
        Assert.Empty(await storage.KeysAsync(storage.Target));
    }

    private static ServiceProvider Services(TestStorage storage, IDigitPredictor predictor, params (string Key, string Value)[] settings) =>
        CoreServices.Over(storage, services => services.AddSingleton(predictor), settings);

    private static Task<IReadOnlyList<UploadOutcome>> ProcessAsync(ServiceProvider services, params EventMessage[] events) =>
        services.GetRequiredService<DigitPipeline>().ProcessAsync(events, CancellationToken.None);

    private static async Task<EventMessage> UploadAsync(TestStorage storage, string key, byte[]? picture = null) =>
        Event(storage.Source, key, await storage.UploadAsync(key, picture ?? Some.Picture()));

    private static EventMessage Event(string bucket, string key, string eTag) => new(
        MinioNotification.RecordValue(new BucketNotification("s3:ObjectCreated:Put", bucket, key) { ETag = eTag }),
        [new EventHeader("content-type", Encoding.UTF8.GetBytes("application/json"))]);

    private sealed class ImplausiblePredictor : IDigitPredictor
    {
        public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken) =>
            throw new ImplausiblePredictionException("The scores do not sum to 1.");

        public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("implausible");
    }
}
