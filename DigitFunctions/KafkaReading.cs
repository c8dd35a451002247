using System.Diagnostics;
using System.Diagnostics.Metrics;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Observability;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>Keeps account of the batches that the trigger hands over: for probes when the last one came, for telemetry its span and metrics.</summary>
/// <remarks>Names and tags are those of OpenTelemetry's semantic conventions for messaging.</remarks>
public sealed class KafkaReading
{
    // The most that a span of one batch is linked with: OpenTelemetry's own default.
    private const int MostLinks = 128;

    private static readonly Meter Meter = new(Telemetry.Name);
    private static readonly Counter<long> Consumed = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Records that the trigger handed over; those of a batch that comes again count again.");

    private static readonly Histogram<double> Durations = Meter.CreateHistogram(
        "messaging.process.duration", "s", "How long a batch of records took.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120, 300] });

    private readonly string? _topic;
    private readonly string? _group;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private int _running;
    private (long At, int Records)? _last;

    /// <summary>Nothing has come yet.</summary>
    public KafkaReading(IOptions<KafkaOptions> options, TimeProvider time)
    {
        _topic = options.Value.KafkaTopic;
        _group = options.Value.KafkaConsumerGroup;
        _time = time;
        IdleSince = time.GetTimestamp();
    }

    /// <summary>When the last batch was over, or the application began; <see langword="null"/> while one is being handled.</summary>
    internal long? IdleSince
    {
        get
        {
            lock (_gate)
            {
                return _running == 0 ? field : null;
            }
        }
        private set;
    }

    /// <summary>When the last batch came, in words.</summary>
    internal string LastBatch
    {
        get
        {
            lock (_gate)
            {
                string last = _last is { } batch
                    ? $"the last batch, of {batch.Records} records, came {_time.GetElapsedTime(batch.At).TotalSeconds:0} s ago"
                    : "no batch has come yet";
                return _running == 0 ? last : $"{last} and is being handled";
            }
        }
    }

    /// <summary>Has a batch handled.</summary>
    /// <param name="messages">The batch.</param>
    /// <param name="handle">Handles it.</param>
    internal async Task HandleAsync(IReadOnlyList<EventMessage> messages, Func<Task> handle)
    {
        long start = _time.GetTimestamp();
        lock (_gate)
        {
            _running++;
            _last = (start, messages.Count);
        }

        TagList tags = new()
        {
            { "messaging.system", "kafka" },
            { "messaging.operation.name", "process" },
            { "messaging.destination.name", _topic },
            { "messaging.consumer.group.name", _group },
        };
        Consumed.Add(messages.Count, tags);
        using Activity? span = Begin(messages, tags);
        try
        {
            await handle().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            tags.Add("error.type", e.GetType().FullName);
            span?.SetTag("error.type", e.GetType().FullName).SetStatus(ActivityStatusCode.Error, e.Message);
            throw;
        }
        finally
        {
            Durations.Record(_time.GetElapsedTime(start).TotalSeconds, tags);
            lock (_gate)
            {
                _running--;
                IdleSince = _time.GetTimestamp();
            }
        }
    }

    /// <summary>The span of a batch, in the trace of the invocation, linked with the traces that its records brought.</summary>
    private Activity? Begin(IReadOnlyList<EventMessage> messages, in TagList tags)
    {
        if (!Telemetry.Source.HasListeners())
        {
            return null;
        }

        ActivityLink[] links =
        [
            .. messages.Select(message => ActivityContext.TryParse(message.TraceParent, message.TraceState, isRemote: true, out ActivityContext context) ? context : default)
                .Where(context => context != default).Distinct().Take(MostLinks).Select(context => new ActivityLink(context)),
        ];
        Activity? span = Telemetry.Source.StartActivity(ActivityKind.Consumer, default, tags, links, default, $"process {_topic}");
        return span?.SetTag("messaging.operation.type", "process").SetTag("messaging.batch.message_count", messages.Count);
    }
}
