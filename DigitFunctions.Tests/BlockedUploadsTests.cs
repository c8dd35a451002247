using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.Functions;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests;

/// <summary>A fault of one object puts that one's event aside; a fault of everything holds the batch.</summary>
public sealed class BlockedUploadsTests
{
    private const string Letter = "dead-letter/mnist/0/1.json";

    [Theory]
    [InlineData("GET", 403, "AccessDenied")]
    [InlineData("GET", 403, "InvalidObjectState")]
    [InlineData("GET", 400, "KMS.DisabledException")]
    [InlineData("GET", 400, "InvalidRequest")]
    [InlineData("GET", 301, "PermanentRedirect")]
    [InlineData("GET", 501, "NotImplemented")]
    [InlineData("GET", 405, "MethodNotAllowed")]
    [InlineData("PUT", 400, "KeyTooLongError")]
    public async Task What_is_refused_for_one_object_alone_is_blocked_and_the_others_are_sorted(string method, int status, string code)
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        EventMessage[] events = [app.Upload("a.png", 0), app.Upload("bad.png", 1), app.Upload("c.png", 2)];
        app.S3.Refuse(call => call.Method == method && call.Key.EndsWith("bad.png", StringComparison.Ordinal), status, code);

        IReadOnlyList<UploadOutcome> outcomes = await app.ProcessAsync(events);

        Assert.Equal([OutcomeStatus.Sorted, OutcomeStatus.Blocked, OutcomeStatus.Sorted], outcomes.Select(outcome => outcome.Status));
        Assert.Contains(code, outcomes[1].Reason, StringComparison.Ordinal);
        Assert.Equal(Letter, outcomes[1].Target);
        Assert.Equal([Letter, "digit-5/a.png", "digit-5/c.png"], app.S3.Keys(MemoryApp.Target));
        Assert.Equal(["bad.png"], app.S3.Keys(MemoryApp.Source));
    }

    [Theory]
    [InlineData(403, "AccessDenied")]
    [InlineData(403, "InvalidObjectState")]
    [InlineData(400, "KMS.DisabledException")]
    public async Task The_only_object_of_a_batch_is_blocked_when_a_probe_succeeds(int status, string code)
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        EventMessage bad = app.Upload("bad.png", 1);
        app.S3.Refuse(call => call is { Method: "GET", Key: "bad.png" }, status, code);

        Assert.Equal(OutcomeStatus.Blocked, Assert.Single(await app.ProcessAsync(bad)).Status);
    }

    [Fact]
    public async Task A_dead_letter_of_a_blocked_upload_is_sorted_when_the_cause_is_mended_and_it_is_replayed()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        EventMessage bad = app.Upload("bad.png", 1);
        app.S3.Refuse(call => call is { Method: "GET", Key: "bad.png" }, 403, "AccessDenied");
        await app.ProcessAsync(bad);
        app.S3.Before = null;

        UploadOutcome replayed = Assert.Single(await app.ProcessAsync(new EventMessage(app.S3.Find(MemoryApp.Target, Letter)!.Bytes, [])));

        Assert.Equal((OutcomeStatus.Sorted, "digit-5/bad.png"), (replayed.Status, replayed.Target));
    }

    [Theory]
    [InlineData("GET", "mnist", 403, "ExpiredToken")]
    [InlineData("GET", "mnist", 403, "AccessDenied")]
    [InlineData("GET", "mnist", 400, "KMS.DisabledException")]
    [InlineData("GET", "mnist", 404, "NoSuchBucket")]
    [InlineData("GET", "mnist", 403, "RequestTimeTooSkewed")]
    [InlineData("PUT", "digits", 403, "AccessDenied")]
    [InlineData("PUT", "digits", 403, "QuotaExceeded")]
    public async Task What_is_refused_for_every_object_holds_the_batch_for_seconds_and_health_says_so(string method, string bucket, int status, string code)
    {
        bool isHolding = true;
        var time = new QuickTime(wait => isHolding && wait < TimeSpan.FromSeconds(20));
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), time);
        EventMessage[] events = [app.Upload("a.png", 0), app.Upload("b.png", 1)];
        app.S3.Refuse(call => call.Method == method && call.Bucket == bucket && (code[0] != 'K' || call.Key[0] != '.'), status, code);

        TimeSpan[] held = await HeldAsync(app, time, 3, events);
        isHolding = false;

        Assert.True(held[0] >= TimeSpan.FromSeconds(1) && held[1] > held[0] && held[2] > held[1], string.Join(", ", held));
        Assert.Empty(app.S3.Keys(MemoryApp.Target));
        HealthFinding finding = (await app.Services.GetRequiredService<AppHealth>().CheckAsync(default)).Single(found => found.Name == $"bucket {bucket}");
        Assert.False(finding.Healthy);
        Assert.Contains(code, finding.Detail, StringComparison.Ordinal);

        app.S3.Before = null;
        Assert.All(await app.ProcessAsync(events), outcome => Assert.Equal(OutcomeStatus.Sorted, outcome.Status));
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.All(await app.Services.GetRequiredService<AppHealth>().CheckAsync(default), found => Assert.True(found.Healthy, found.Detail));
    }

    [Fact]
    public async Task Credentials_that_expire_within_a_batch_put_nothing_aside()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5), settings: ("Processing:MaxConcurrency", "1"));
        EventMessage[] events = [.. Enumerable.Range(0, 6).Select(i => app.Upload($"{i}.png", i))];
        int gets = 0;
        app.S3.Before = (call, _) => call is { Method: "GET", Bucket: MemoryApp.Source } && ++gets > 3 ? Task.FromException(MemoryS3.Error(403, "AccessDenied")) : Task.CompletedTask;

        UnfinishedBatchException thrown = await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(events));

        Assert.Equal((3, 3), (thrown.Outcomes.Count, thrown.Failures.Count));
        Assert.DoesNotContain(app.S3.Keys(MemoryApp.Target), key => key.StartsWith("dead-letter/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_delete_that_is_refused_leaves_the_source_says_so_and_holds_nothing_up()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        EventMessage upload = app.Upload("a.png", 1);
        app.S3.Refuse(call => call is { Method: "DELETE", Bucket: MemoryApp.Source }, 403, "AccessDenied");

        UploadOutcome first = Assert.Single(await app.ProcessAsync(upload));
        UploadOutcome again = Assert.Single(await app.ProcessAsync(upload));

        Assert.All([first, again], outcome =>
        {
            Assert.Equal(OutcomeStatus.Sorted, outcome.Status);
            Assert.Contains("source stays", outcome.Reason, StringComparison.Ordinal);
        });
        Assert.Equal(["digit-5/a.png"], app.S3.Keys(MemoryApp.Target));
    }

    [Fact]
    public async Task A_picture_that_the_predictor_refuses_does_not_hold_the_others()
    {
        await using var app = new MemoryApp(new MemoryS3(), new PickyPredictor());
        EventMessage[] events = [app.Upload("a.png", 0, Some.Picture(3)), app.Upload("bad.png", 1, Some.Picture(8)), app.Upload("c.png", 2, Some.Picture(3))];

        IReadOnlyList<UploadOutcome> outcomes = await app.ProcessAsync(events);

        Assert.Equal([OutcomeStatus.Sorted, OutcomeStatus.Blocked, OutcomeStatus.Sorted], outcomes.Select(outcome => outcome.Status));
        Assert.Equal(OutcomeStatus.Blocked, Assert.Single(await app.ProcessAsync(events[1])).Status);
    }

    [Fact]
    public async Task By_HTTP_a_blocked_upload_is_answered_422_and_leaves_no_dead_letter()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        EventMessage bad = MemoryApp.Event(MemoryApp.Source, "bad.png", app.S3.Upload(MemoryApp.Source, "bad.png", Some.Picture()), null);
        app.S3.Refuse(call => call is { Method: "GET", Key: "bad.png" }, 403, "AccessDenied");

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, bad);

        Assert.Equal(422, answer.Status);
        Assert.Equal(["blocked"], answer.Statuses);
        Assert.StartsWith("mnist/bad.png: GET", answer.Headers["Kne-Reason"], StringComparison.Ordinal);
        Assert.Empty(app.S3.Keys(MemoryApp.Target));
    }

    private static async Task<TimeSpan[]> HeldAsync(MemoryApp app, QuickTime time, int times, EventMessage[] events)
    {
        var held = new TimeSpan[times];
        for (int i = 0; i < times; i++)
        {
            long start = time.GetTimestamp();
            await Assert.ThrowsAsync<UnfinishedBatchException>(() => app.ProcessAsync(events));
            held[i] = time.GetElapsedTime(start);
        }

        return held;
    }

    /// <summary>Refuses every call with more ink than a 3 has.</summary>
    private sealed class PickyPredictor : IDigitPredictor
    {
        private readonly FixedPredictor _fixed = new(5);
        private readonly float _most = Ink(Tensor(Some.Picture(3)));

        public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken)
        {
            for (int i = 0; i < tensors.Length; i += 784)
            {
                if (Ink(tensors.Slice(i, 784)) > _most + 0.001f)
                {
                    throw new PredictorRefusedException("400: too much ink", 400);
                }
            }

            return _fixed.PredictAsync(tensors, cancellationToken);
        }

        public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("picky");

        private static float Ink(ReadOnlyMemory<float> tensor) => tensor.ToArray().Sum();

        private static float[] Tensor(byte[] picture)
        {
            float[] tensor = new float[784];
            Core.Images.ImageTransform.Transform(picture, new Core.Images.ImagingOptions(), tensor);
            return tensor;
        }
    }
}
