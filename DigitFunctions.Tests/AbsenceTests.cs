using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests;

/// <summary>A picture is missing only where S3 itself says so, and says so again.</summary>
public sealed class AbsenceTests
{
    [Fact]
    public async Task A_picture_that_nobody_has_is_missing()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));

        UploadOutcome outcome = Assert.Single(await app.ProcessAsync(MemoryApp.Event(MemoryApp.Source, "a.png", "abc", 0)));

        Assert.Equal(OutcomeStatus.Missing, outcome.Status);
    }

    [Fact]
    public async Task A_405_that_names_no_version_says_nothing_of_the_picture()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), new QuickTime(wait => wait < TimeSpan.FromSeconds(20)));
        EventMessage upload = app.Upload("a.png", 0);
        app.S3.Refuse(call => call is { Method: "GET", Bucket: MemoryApp.Source }, 405, "MethodNotAllowed");

        await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(upload));
    }

    [Fact]
    public async Task A_HEAD_that_something_in_between_answers_404_does_not_make_a_picture_superseded_or_missing()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), settings: ("Processing:RetryBudget", "00:00:00"));
        EventMessage upload = MemoryApp.Event(MemoryApp.Source, "a.png", "abc", null);
        app.S3.Before = (call, _) => call.Method == "HEAD" ? Task.FromException(MemoryS3.Error(404, "NotFound", requestId: "")) : Task.CompletedTask;

        UnfinishedBatchException thrown = await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(upload));

        Assert.True(RetryBudget.IsTransient(thrown.InnerException!));
    }

    [Fact]
    public async Task A_HEAD_that_an_ingress_answers_404_is_repeated()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using PredictorServer ingress = await PredictorServer.StartAsync(PredictorServer.Reply("default backend - 404", 404, "text/plain"));
        using Amazon.S3.AmazonS3Client client = S3Client.Create(
            new S3Options { ServiceUrl = ingress.Url }, new Amazon.Runtime.BasicAWSCredentials("minio", "minio123"));
        await using ServiceProvider services = CoreServices.Over(storage, replace => replace.AddSingleton<Amazon.S3.IAmazonS3>(client));

        Exception thrown = await Assert.ThrowsAnyAsync<Exception>(() => services.GetRequiredService<PictureStore>().HeadFiledAsync("digit-0/a.png", default));

        Assert.True(RetryBudget.IsTransient(thrown), thrown.ToString());
    }

    [Fact]
    public async Task Without_a_target_bucket_a_picture_is_not_missing()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), new QuickTime(wait => wait < TimeSpan.FromSeconds(20)), settings: ("Sorting:TargetBucket", "elsewhere"));

        UnfinishedBatchException thrown = await Assert.ThrowsAsync<UnfinishedBatchException>(
            () => app.ProcessAsync(MemoryApp.Event(MemoryApp.Source, "a.png", "abc", 0)));

        Assert.Contains("NoSuchBucket", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_there_when_it_is_asked_for_again_is_sorted()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        EventMessage upload = app.Upload("a.png", 0);
        int gets = 0;
        app.S3.Before = (call, _) => call is { Method: "GET", Bucket: MemoryApp.Source } && ++gets == 1
            ? Task.FromException(MemoryS3.Error(404, "NoSuchKey")) : Task.CompletedTask;

        Assert.Equal(OutcomeStatus.Sorted, Assert.Single(await app.ProcessAsync(upload)).Status);
    }
}
