using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text;
using DigitFunctions.Core;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.Functions;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Tests;

/// <summary>What somebody sees who listens to the pipeline's spans and figures.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task The_stages_of_an_upload_continue_the_trace_of_its_event()
    {
        using var listening = new Listening();
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        ActivityContext sender = Sender();

        await ProcessAsync(storage, new FixedPredictor(5), await UploadAsync(storage, "a.png", sender));

        Activity[] spans = listening.Spans;
        Assert.Equal(["transform", "read", "predict", "move"], spans.Select(span => span.DisplayName));
        Assert.All(spans, span => Assert.Equal(sender.TraceId, span.TraceId));
        Assert.Equal([spans[1].SpanId, sender.SpanId, sender.SpanId, sender.SpanId], spans.Select(span => span.ParentSpanId));
        Assert.Equal((storage.Source, "a.png"), (spans[3].GetTagItem("aws.s3.bucket"), spans[3].GetTagItem("aws.s3.key")));
    }

    [Fact]
    public async Task The_one_prediction_of_a_batch_is_linked_with_the_traces_of_its_events()
    {
        using var listening = new Listening();
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        ActivityContext[] senders = [Sender(), Sender()];

        await ProcessAsync(
            storage, new FixedPredictor(5), await UploadAsync(storage, "a.png", senders[0]), await UploadAsync(storage, "b.png", senders[1]), await UploadAsync(storage, "c.png"));

        Activity predict = Assert.Single(listening.Spans, span => span.DisplayName == "predict");
        Assert.Equal(3, predict.GetTagItem("digitfunctions.pictures"));
        Assert.Equal(senders.Select(sender => sender.SpanId), predict.Links.Select(link => link.Context.SpanId));
    }

    [Fact]
    public async Task A_stage_that_fails_says_so()
    {
        using var listening = new Listening();
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);

        await Assert.ThrowsAsync<UnfinishedBatchException>(() => ProcessAsync(storage, new FixedPredictor(5), Event("no-such-bucket", "a.png", "", null)));

        Activity read = Assert.Single(listening.Spans);
        Assert.Equal(("read", ActivityStatusCode.Error), (read.DisplayName, read.Status));
        Assert.Contains("no-such-bucket", read.StatusDescription, StringComparison.Ordinal);
        Assert.Equal("exception", Assert.Single(read.Events).Name);
    }

    [Fact]
    public async Task Outcomes_are_counted_with_their_digit_and_stages_are_timed()
    {
        using var listening = new Listening();
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        EventMessage upload = await UploadAsync(storage, "a.png");

        await ProcessAsync(storage, new FixedPredictor(5), upload, upload, Event(storage.Source, "folder/", "", null));

        Assert.Equal(
            ["already-sorted", "skipped", "sorted 5"],
            listening.Figures.Where(figure => figure.Name == "digitfunctions.outcomes").Select(figure => string.Join(' ', figure.Tags.Select(tag => tag.Value))).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["move", "predict", "read", "read", "transform"],
            listening.Figures.Where(figure => figure.Name == "digitfunctions.stage.duration").Select(figure => (string)figure.Tags.Single().Value!).Order(StringComparer.Ordinal));
        Assert.All(listening.Figures, figure => Assert.True(figure.Value > 0));
    }

    /// <summary>One trace from the record's sender to the filed picture; the batch's span, which belongs to many, is linked with it.</summary>
    [Fact]
    public async Task A_batch_has_a_span_and_figures_of_its_own_and_its_uploads_stay_in_the_traces_of_their_records()
    {
        using var listening = new Listening();
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        ActivityContext sender = Sender();
        EventMessage[] records = [await UploadAsync(storage, "a.png", sender), await UploadAsync(storage, "b.png")];
        await using ServiceProvider services = CoreServices.Over(
            storage, services => services.AddKafkaConnection().AddSingleton<IDigitPredictor>(new FixedPredictor(5)), ("KafkaBrokers", "127.0.0.1:1"), ("KafkaTopic", "mnist"), ("KafkaConsumerGroup", "digits"));

        await ActivatorUtilities.CreateInstance<ClassifyFromKafka>(services).RunAsync(
            [.. records.Select((record, i) => KafkaCall.Record(record with { Origin = new KafkaOrigin("mnist", 0, i, null, null) }))], CancellationToken.None);

        Activity process = Assert.Single(listening.Spans, span => span.DisplayName == "process mnist");
        Assert.Equal((ActivityKind.Consumer, "kafka", 2), (process.Kind, process.GetTagItem("messaging.system"), process.GetTagItem("messaging.batch.message_count")));
        Assert.Equal([sender.SpanId], process.Links.Select(link => link.Context.SpanId));
        Assert.Equal(2, listening.Spans.Count(span => span.DisplayName == "move"));
        Assert.Equal(
            [sender.TraceId, process.TraceId],
            listening.Spans.Where(span => span.DisplayName == "move").OrderBy(span => (string)span.GetTagItem("aws.s3.key")!, StringComparer.Ordinal).Select(span => span.TraceId));
        Assert.Equal(2, Assert.Single(listening.Figures, figure => figure.Name == "messaging.client.consumed.messages").Value);
        Assert.Contains(new("messaging.consumer.group.name", "digits"), Assert.Single(listening.Figures, figure => figure.Name == "messaging.process.duration").Tags);
    }

    [Fact]
    public async Task What_the_fallback_answers_is_told_from_what_the_predictor_answers()
    {
        using var listening = new Listening();
        using var well = new FallbackDigitPredictor(new FixedPredictor(5), new FixedPredictor(6), NullLogger<FallbackDigitPredictor>.Instance);
        using var ill = new FallbackDigitPredictor(
            new FailingPredictor(new PredictorUnavailableException("away")), new FixedPredictor(6), NullLogger<FallbackDigitPredictor>.Instance);

        await well.PredictAsync(new float[784], CancellationToken.None);
        await ill.PredictAsync(new float[2 * 784], CancellationToken.None);

        Assert.Equal(
            ["1 predictor", "2 fallback"], listening.Figures.Where(figure => figure.Name == "digitfunctions.predictions").Select(figure => $"{figure.Value} {figure.Tags.Single().Value}"));
    }

    [Fact]
    public async Task The_oldest_object_of_a_source_bucket_is_found_with_its_age()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        QuickTime time = new(_ => false);
        await using ServiceProvider services = CoreServices.Over(storage, services => services.AddSingleton<TimeProvider>(time));
        OldestWaiting oldest = services.GetRequiredService<OldestWaiting>();
        Assert.Equal(TimeSpan.Zero, (await oldest.FindAsync(CancellationToken.None))[storage.Source]);

        await storage.UploadAsync("a.png", Some.Picture());
        await storage.UploadAsync("folder/", []);
        time.Advance(DateTimeOffset.UtcNow - time.GetUtcNow() + TimeSpan.FromHours(1));

        Assert.InRange((await oldest.FindAsync(CancellationToken.None))[storage.Source], TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
    }

    /// <summary>Which answers to a call stay marked as errors: those of S3 that every move asks for do not.</summary>
    [Theory]
    [InlineData("s3.example.com", 443, 404, ActivityStatusCode.Unset)]
    [InlineData("s3.example.com", 443, 412, ActivityStatusCode.Unset)]
    [InlineData("s3.example.com", 443, 403, ActivityStatusCode.Error)]
    [InlineData("s3.example.com", 443, 503, ActivityStatusCode.Error)]
    [InlineData("predictor.example.com", 80, 404, ActivityStatusCode.Error)]
    public void An_answer_that_is_asked_for_is_no_error(string host, int port, int status, ActivityStatusCode expected)
    {
        using var processor = new ExpectedAnswers(Options.Create(new PredictionOptions { Url = "http://predictor.example.com" }));
        using Activity call = new("call");
        call.SetTag("server.address", host).SetTag("server.port", port).SetTag("http.response.status_code", status).SetTag("error.type", "x").SetStatus(ActivityStatusCode.Error);

        processor.OnEnd(call);

        Assert.Equal((expected, expected == ActivityStatusCode.Error), (call.Status, call.GetTagItem("error.type") is not null));
    }

    [Fact]
    public async Task A_gauge_shows_what_was_learnt_last_and_nothing_when_that_is_old()
    {
        QuickTime time = new(_ => false);
        string? answer = "first";
        var watched = new WatchedValue<string>(_ => Task.FromResult(answer ?? throw new IOException("away")), TimeSpan.FromMinutes(1), time);

        await Eventually.TrueAsync("first answer", () => Task.FromResult(watched.Read() == "first"));
        answer = null;
        Assert.Equal("first", watched.Read());
        time.Advance(TimeSpan.FromMinutes(1));

        await Eventually.TrueAsync("gap", () => Task.FromResult(watched.Read() is null));
    }

    private static ActivityContext Sender() => new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

    private static async Task ProcessAsync(TestStorage storage, IDigitPredictor predictor, params EventMessage[] events)
    {
        await using ServiceProvider services = CoreServices.Over(
            storage, services => services.AddSingleton(predictor), ("Sorting:SourceBuckets:1", "no-such-bucket"), ("Processing:RetryBudget", "00:00:00"));
        await services.GetRequiredService<DigitPipeline>().ProcessAsync(events, CancellationToken.None);
    }

    private static async Task<EventMessage> UploadAsync(TestStorage storage, string key, ActivityContext? sender = null) =>
        Event(storage.Source, key, await storage.UploadAsync(key, Some.Picture()), sender);

    private static EventMessage Event(string bucket, string key, string eTag, ActivityContext? sender)
    {
        List<EventHeader> headers = [Header("content-type", "application/json")];
        if (sender is { } context)
        {
            headers.Add(Header("traceparent", $"00-{context.TraceId}-{context.SpanId}-01"));
        }

        return new EventMessage(MinioNotification.RecordValue(new BucketNotification("s3:ObjectCreated:Put", bucket, key) { ETag = eTag }), headers);
    }

    private static EventHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Hears what is done on behalf of the test that made it, and of no other.</summary>
    private sealed class Listening : IDisposable
    {
        private static readonly AsyncLocal<Listening?> Current = new();

        private readonly ConcurrentQueue<Activity> _spans = new();
        private readonly ConcurrentQueue<Figure> _figures = new();
        private readonly ActivityListener _activities;
        private readonly MeterListener _meters = new();

        public Listening()
        {
            Current.Value = this;
            _activities = new ActivityListener
            {
                ShouldListenTo = source => source.Name == "DigitFunctions",
                Sample = (ref _) => IsMine ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
                ActivityStopped = span =>
                {
                    if (IsMine)
                    {
                        _spans.Enqueue(span);
                    }
                },
            };
            ActivitySource.AddActivityListener(_activities);
            _meters.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == "DigitFunctions")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags));
            _meters.Start();
        }

        public Activity[] Spans => [.. _spans];

        public Figure[] Figures => [.. _figures];

        private bool IsMine => Current.Value == this;

        public void Dispose()
        {
            _activities.Dispose();
            _meters.Dispose();
        }

        private void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (IsMine)
            {
                _figures.Enqueue(new Figure(instrument.Name, value, tags.ToArray()));
            }
        }
    }

    private sealed record Figure(string Name, double Value, KeyValuePair<string, object?>[] Tags);
}
