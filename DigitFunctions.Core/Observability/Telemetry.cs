using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.Json;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Observability;

/// <summary>Spans and metrics of the pipeline, for whoever listens to the <see cref="ActivitySource"/> and the <see cref="Meter"/> of this name; next to no work where nobody does.</summary>
internal static class Telemetry
{
    /// <summary>The name of both.</summary>
    public const string Name = "DigitFunctions";

    /// <summary>Where the spans begin.</summary>
    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);

    private static readonly Counter<long> Outcomes = Meter.CreateCounter<long>(
        "digitfunctions.outcomes", "{outcome}", "Uploads, and events that announce none, by what became of them.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram(
        "digitfunctions.stage.duration", "s", "How long a stage took, waiting and tries included; read holds transform.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120] });

    private static readonly Counter<long> Predictions = Meter.CreateCounter<long>(
        "digitfunctions.predictions", "{picture}", "Pictures that the predictor answered for, or its fallback in its place; where there is a fallback.");

    private static readonly string[] Statuses = [.. Enum.GetNames<OutcomeStatus>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    /// <summary>Begins a stage of one upload; its span continues the event's trace, or that of the invocation where the event has none.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="upload">The upload; <see langword="null"/> for an event that announces none.</param>
    public static Stage Begin(string stage, Upload? upload)
    {
        // Looked at first, since the trace's parent and the tags cost something.
        Activity? span = Source.HasListeners() ? Source.StartActivity(stage, ActivityKind.Internal, ContextOf(upload)) : null;
        span?.SetTag("aws.s3.bucket", upload?.Bucket).SetTag("aws.s3.key", upload?.Key);
        return new Stage(stage, span);
    }

    /// <summary>Begins a stage within the one under way.</summary>
    /// <param name="stage">The stage's name.</param>
    public static Stage Begin(string stage) => new(stage, Source.StartActivity(stage));

    /// <summary>Begins a stage of several uploads at once; its span is linked with their traces.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="works">The uploads.</param>
    public static Stage Begin(string stage, IReadOnlyList<UploadWork> works)
    {
        if (works is [{ } only])
        {
            return Begin(stage, only.Upload);
        }

        Activity? span = Source.HasListeners()
            ? Source.StartActivity(stage, ActivityKind.Internal, parentContext: default, links: works.Select(work => ContextOf(work.Upload)).Where(context => context != default).Select(context => new ActivityLink(context)))
            : null;
        span?.SetTag("digitfunctions.pictures", works.Count);
        return new Stage(stage, span);
    }

    /// <summary>Counts an outcome.</summary>
    public static void Count(UploadOutcome outcome)
    {
        var status = new KeyValuePair<string, object?>("outcome", Statuses[(int)outcome.Status]);
        if (outcome.Digit is { } digit)
        {
            Outcomes.Add(1, status, new KeyValuePair<string, object?>("digit", digit));
        }
        else
        {
            Outcomes.Add(1, status);
        }
    }

    /// <summary>Counts pictures by who predicted them.</summary>
    /// <param name="pictures">How many.</param>
    /// <param name="byFallback">Whether it was the fallback.</param>
    public static void CountPredictions(int pictures, bool byFallback) =>
        Predictions.Add(pictures, new KeyValuePair<string, object?>("by", byFallback ? "fallback" : "predictor"));

    private static ActivityContext ContextOf(Upload? upload) =>
        ActivityContext.TryParse(upload?.TraceParent, upload?.TraceState, isRemote: true, out ActivityContext context) ? context : default;

    /// <summary>A stage under way; it ends when it is disposed.</summary>
    internal readonly struct Stage(string name, Activity? span) : IDisposable
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        /// <summary>Marks it as failed.</summary>
        public void Fail(Exception e) => span?.AddException(e).SetStatus(ActivityStatusCode.Error, e.Message);

        /// <inheritdoc/>
        public void Dispose()
        {
            span?.Dispose();
            if (Durations.Enabled)
            {
                Durations.Record(Stopwatch.GetElapsedTime(_start).TotalSeconds, new KeyValuePair<string, object?>("stage", name));
            }
        }
    }
}
