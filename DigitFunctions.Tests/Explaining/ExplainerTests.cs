using System.Text;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Explaining;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Explaining;

/// <summary>An explanation says what the pipeline then does, and does none of it.</summary>
public sealed class ExplainerTests
{
    [Fact]
    public async Task An_explanation_foretells_what_the_pipeline_does_and_only_reads()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5) { DigitScore = 0.9f });
        EventMessage message = app.Upload("folder/a b.png", 0);
        List<string> calls = [];
        app.S3.Before = (call, _) =>
        {
            calls.Add(call.Method);
            return Task.CompletedTask;
        };

        RecordExplanation told = Assert.Single(await ExplainAsync(app, message));
        string[] made = [.. calls.Distinct().Order(StringComparer.Ordinal)];
        UploadOutcome done = Assert.Single(await app.ProcessAsync(message));
        RecordExplanation after = Assert.Single(await ExplainAsync(app, message));

        Assert.Equal(["GET", "HEAD"], made);
        Assert.Equal((NoticeKind.Upload, "digit-5/folder/a b.png", null), (told.Notice.Kind, told.Target, told.Reason));
        Assert.Equal(done.Target, told.Target);
        Assert.Equal((28, 28), (told.Picture!.Rows.Count, told.Picture.Rows[0].Length));
        Assert.Equal((5, 0.9f, "digit-5/"), (told.Picture.Prediction!.Digit, told.Picture.Prediction.DigitScore, told.Picture.Place));
        Assert.Equal((true, "digit-5/folder/a b.png", null, MoveStage.AlreadyFiled), (after.IsFiled, after.Filed, after.ObjectETag, after.Reason));
    }

    [Fact]
    public async Task What_would_not_be_sorted_is_told_with_its_reason()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5, 0.4f), settings: ("Sorting:MinConfidence", "0.5"));
        EventMessage doubtful = app.Upload("a.png", 0);
        EventMessage unreadable = app.Upload("b.png", 1, [1, 2, 3]);

        RecordExplanation[] told =
        [
            (await ExplainAsync(app, doubtful))[0],
            (await ExplainAsync(app, unreadable))[0],
            (await ExplainAsync(app, MemoryApp.Event(MemoryApp.Source, "gone.png", "0123", 2)))[0],
            (await ExplainAsync(app, MemoryApp.Event("elsewhere", "a.png", "0123", 3)))[0],
            (await ExplainAsync(app, new EventMessage("no JSON"u8.ToArray(), [])))[0],
        ];

        Assert.Equal(["review/a.png", "unreadable/b.png", null, null, null], told.Select(each => each.Target));
        Assert.Equal("The confidence is below Sorting__MinConfidence.", told[0].Picture!.Reason);
        Assert.NotNull(told[1].Picture!.Reason);
        Assert.Contains("no such object", told[2].Reason, StringComparison.Ordinal);
        Assert.Contains("Sorting__SourceBuckets", told[3].Reason, StringComparison.Ordinal);
        Assert.Equal(NoticeKind.Rejected, told[4].Notice.Kind);
        Assert.Equal(["a.png", "b.png"], app.S3.Keys(MemoryApp.Source));
        Assert.Empty(app.S3.Keys(MemoryApp.Target));
    }

    [Fact]
    public async Task A_newer_object_than_announced_is_explained_as_it_stands()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        app.Upload("a.png", 0);

        RecordExplanation told = Assert.Single(await ExplainAsync(app, MemoryApp.Event(MemoryApp.Source, "a.png", "0123", 0)));

        Assert.Equal("digit-5/a.png", told.Target);
        Assert.Contains("newer than its event", told.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_does_not_answer_leaves_the_place_unknown()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FailingPredictor(new PredictorUnavailableException("The model rests.")));

        RecordExplanation told = Assert.Single(await ExplainAsync(app, app.Upload("a.png", 0)));

        Assert.Equal((null, null, "The model rests."), (told.Target, told.Picture!.Place, told.Picture.Reason));
        Assert.Equal(28, told.Picture.Rows.Count);
    }

    [Fact]
    public async Task The_text_has_a_line_for_each_step()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(3));

        string[] lines = [.. ExplanationText.Of(Assert.Single(await ExplainAsync(app, app.Upload("a.png", 0))))];

        Assert.Equal("read      Upload of mnist/a.png", lines[0]);
        Assert.Equal(28, lines.Count(line => line.Length == 40 && line.StartsWith("          |", StringComparison.Ordinal)));
        Assert.Contains("          3 1.0000 ########################################", lines);
        Assert.Equal(["place     digit-3/", "target    digit-3/a.png in digits"], lines[^2..]);
    }

    [Fact]
    public async Task Where_an_earlier_worker_has_said_that_a_picture_goes_there_it_goes()
    {
        var s3 = new MemoryS3();
        await using var earlier = new MemoryApp(s3, new FixedPredictor(3), settings: ("Processing:RetryBudget", "00:00:00"));
        EventMessage message = earlier.Upload("a.png", 0);
        s3.Before = (call, _) => call is { Method: "PUT", Key: "digit-3/a.png" } ? throw MemoryS3.Error(503, "SlowDown") : Task.CompletedTask;
        await Assert.ThrowsAsync<UnfinishedBatchException>(() => earlier.ProcessAsync(message));
        s3.Before = null;
        await using var app = new MemoryApp(s3, new FixedPredictor(5));

        RecordExplanation told = Assert.Single(await ExplainAsync(app, message));
        UploadOutcome done = Assert.Single(await app.ProcessAsync(message));

        Assert.Equal((done.Target, "digit-3/a.png", "digit-5/"), (told.Target, done.Target, told.Picture!.Place));
        Assert.Contains("earlier worker", told.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rest_of_a_long_event_is_counted()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        string record = """{"eventName":"s3:ObjectRemoved:Delete","eventSource":"aws:s3","s3":{"bucket":{"name":"mnist"},"object":{"key":"a.png"}}}""";
        var message = new EventMessage(Encoding.UTF8.GetBytes($$"""{"Records":[{{string.Join(',', Enumerable.Repeat(record, 23))}}]}"""), []);

        EventExplanation told = await app.Services.GetRequiredService<Explainer>().ExplainAsync(message, CancellationToken.None);

        Assert.Equal((20, 3), (told.Records.Count, told.Left));
    }

    [Theory]
    [InlineData("minio:s3", "a%2Fb.png", "form-encoded with / as %2F, by MinIO's rule")]
    [InlineData("aws:s3", "a/b.png", "form-encoded, by the rule of AWS")]
    [InlineData("ceph:s3", "a/b.png", "as it is, by the rule of Ceph and EventBridge")]
    public async Task The_rule_by_which_the_key_was_read_is_told(string source, string key, string rule)
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        string record = $$$$"""{"eventName":"s3:ObjectCreated:Put","eventSource":"{{{{source}}}}","s3":{"bucket":{"name":"mnist"},"object":{"key":"{{{{key}}}}"}}}""";

        RecordExplanation told = Assert.Single(await ExplainAsync(app, new EventMessage(Encoding.UTF8.GetBytes($$"""{"Records":[{{record}}]}"""), [])));

        Assert.Equal(("a/b.png", rule), (told.Notice.Key, told.Notice.KeyRule));
        Assert.Contains($"key       {rule}", ExplanationText.Of(told));
    }

    private static async Task<IReadOnlyList<RecordExplanation>> ExplainAsync(MemoryApp app, EventMessage message) =>
        (await app.Services.GetRequiredService<Explainer>().ExplainAsync(message, CancellationToken.None)).Records;
}
