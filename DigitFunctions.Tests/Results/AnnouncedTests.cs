using System.Collections.Concurrent;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Results;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Results;

/// <summary>Whoever wants to know is told of each picture that is filed: after it is, and before its event counts as handled.</summary>
public sealed class AnnouncedTests
{
    [Fact]
    public async Task Pictures_in_every_place_are_told_of_once_they_are_there()
    {
        var s3 = new MemoryS3();
        var told = new Told { During = picture => Assert.Contains(picture.Target, s3.Keys(MemoryApp.Target)) };
        await using MemoryApp app = App(s3, told);

        await app.ProcessAsync(app.Upload("5.png", 0), app.Upload("letter.png", 1, "no picture"u8.ToArray()));

        FiledPicture filed = Assert.Single(told.Pictures, picture => picture.Target == "digit-5/5.png");
        Assert.Equal((MemoryApp.Source, "5.png", MemoryApp.Target), (filed.Upload.Bucket, filed.Upload.Key, filed.TargetBucket));
        Assert.Equal((5, 1f, "fixed"), (filed.Digit, filed.Confidence, filed.Model));
        Assert.Equal("mnist/0/0", filed.Cause);
        Assert.Null(filed.Reason);
        FiledPicture letter = Assert.Single(told.Pictures, picture => picture.Target == "unreadable/letter.png");
        Assert.Null(letter.Digit);
        Assert.NotNull(letter.Reason);
        Assert.Equal(2, told.Pictures.Count);
    }

    [Fact]
    public async Task A_picture_for_review_is_told_of_with_what_the_model_said()
    {
        var told = new Told();
        await using MemoryApp app = App(new MemoryS3(), told, new FixedPredictor(5, 0.5f), ("Sorting:MinConfidence", "0.9"));

        await app.ProcessAsync(app.Upload("5.png", 0));

        FiledPicture filed = Assert.Single(told.Pictures);
        Assert.Equal(("review/5.png", 5, 0.5f), (filed.Target, filed.Digit, filed.Confidence));
    }

    [Fact]
    public async Task What_files_nothing_is_not_told_of()
    {
        var told = new Told();
        await using MemoryApp app = App(new MemoryS3(), told);

        IReadOnlyList<UploadOutcome> outcomes = await app.ProcessAsync(
            MemoryApp.Event(MemoryApp.Source, "gone.png", "1", 0), MemoryApp.Event("other", "5.png", "1", 1), new EventMessage("{"u8.ToArray(), []));

        Assert.Equal([OutcomeStatus.Missing, OutcomeStatus.Skipped, OutcomeStatus.Rejected], outcomes.Select(outcome => outcome.Status));
        Assert.Empty(told.Pictures);
    }

    [Theory]
    [InlineData("Move")]
    [InlineData("Copy")]
    public async Task What_could_not_be_told_comes_again_and_is_told_then_though_it_is_filed_long_since(string mode)
    {
        var s3 = new MemoryS3();
        var told = new Told { During = picture => throw new IOException("The brokers are away.") };
        await using MemoryApp app = App(s3, told, ("Sorting:Mode", mode));
        EventMessage upload = app.Upload("5.png", 0);

        UnfinishedBatchException fault = await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(upload));
        told.During = _ => { };
        // Another worker has the partition now, which knows nothing of the first.
        var toldNext = new Told();
        await using MemoryApp next = App(s3, toldNext, ("Sorting:Mode", mode));
        UploadOutcome outcome = Assert.Single(await next.ProcessAsync(upload));

        Assert.Equal("The brokers are away.", Assert.Single(fault.Failures).Exception.Message);
        Assert.Equal(OutcomeStatus.AlreadySorted, outcome.Status);
        Assert.Equal(["digit-5/5.png"], s3.Keys(MemoryApp.Target).Where(key => !key.StartsWith('.')));
        Assert.Equal(Assert.Single(told.Pictures), Assert.Single(toldNext.Pictures));
    }

    [Fact]
    public async Task One_that_cannot_be_told_does_not_keep_the_others_from_being_told_nor_has_them_told_again()
    {
        var told = new Told { During = picture => _ = picture.Upload.Key == "a.png" ? throw new IOException("The brokers are away.") : 0 };
        await using MemoryApp app = App(new MemoryS3(), told);
        EventMessage[] batch = [app.Upload("a.png", 0), app.Upload("b.png", 1)];

        await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(batch));
        told.During = _ => { };
        await app.ProcessAsync(batch);

        Assert.Equal(["a.png", "a.png", "b.png"], told.Pictures.Select(picture => picture.Upload.Key).Order(StringComparer.Ordinal));
    }

    private static MemoryApp App(MemoryS3 s3, Told told, params (string Key, string Value)[] settings) => App(s3, told, new FixedPredictor(5), settings);

    private static MemoryApp App(MemoryS3 s3, Told told, FixedPredictor predictor, params (string Key, string Value)[] settings) =>
        new(s3, predictor, results: told, settings: [("Processing:RetryBudget", "00:00:00"), .. settings]);

    /// <summary>Remembers what it is told.</summary>
    private sealed class Told : IResultEvents
    {
        public ConcurrentQueue<FiledPicture> Pictures { get; } = [];

        public Action<FiledPicture> During { get; set; } = _ => { };

        public Task WriteAsync(FiledPicture picture, CancellationToken cancellationToken)
        {
            Pictures.Enqueue(picture);
            During(picture);
            return Task.CompletedTask;
        }
    }
}
