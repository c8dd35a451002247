using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;

namespace DigitFunctions.Tests.Faults;

/// <summary>Watches how many records there are and how many the consumer group has committed.</summary>
internal sealed class FaultProgress : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly TopicPartition[] _partitions;
    private readonly ConcurrentQueue<(string Event, long Time)> _expected = new();
    private readonly ConcurrentDictionary<string, TimeSpan> _longest = new();
    private long _last = Stopwatch.GetTimestamp();
    private long _committed;
    private long _records;

    public FaultProgress(string brokers, string topic, string group)
    {
        _consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = brokers, GroupId = group }).SetLogHandler((_, _) => { }).Build();
        _partitions = [.. Enumerable.Range(0, 4).Select(partition => new TopicPartition(topic, partition))];
    }

    /// <summary>Records that are committed, as of the last look.</summary>
    public long Committed => Interlocked.Read(ref _committed);

    /// <summary>Records that there are, as of the last look.</summary>
    public long Records => Interlocked.Read(ref _records);

    /// <summary>How long nothing was committed.</summary>
    public TimeSpan Standstill => Stopwatch.GetElapsedTime(_last);

    /// <summary>Notes an event, after which it is measured how long it takes until the next commit.</summary>
    public void ExpectAfter(string what) => _expected.Enqueue((what, Stopwatch.GetTimestamp()));

    /// <summary>The longest time from such an event to the next commit.</summary>
    public TimeSpan LongestWait(string what) => _longest.GetValueOrDefault(what);

    /// <summary>Asks the broker.</summary>
    public void Look()
    {
        // Events that come while the broker is asked may be later than what it answers.
        int expected = _expected.Count;
        long committed;
        try
        {
            committed = _consumer.Committed(_partitions, Patience).Sum(offset => Math.Max(0, offset.Offset.Value));
            Interlocked.Exchange(ref _records, _partitions.Sum(partition => _consumer.QueryWatermarkOffsets(partition, Patience).High.Value));
        }
        catch (KafkaException)
        {
            // There is no topic before its first record.
            return;
        }

        if (committed <= Committed)
        {
            return;
        }

        Interlocked.Exchange(ref _committed, committed);
        _last = Stopwatch.GetTimestamp();
        for (; expected > 0 && _expected.TryDequeue(out (string Event, long Time) expectation); expected--)
        {
            TimeSpan wait = Stopwatch.GetElapsedTime(expectation.Time);
            _longest.AddOrUpdate(expectation.Event, wait, (_, longest) => wait > longest ? wait : longest);
        }
    }

    public ValueTask DisposeAsync()
    {
        _consumer.Dispose();
        return ValueTask.CompletedTask;
    }
}
