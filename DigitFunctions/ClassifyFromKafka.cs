using DigitFunctions.Core;
using DigitFunctions.Core.Events;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions;

/// <summary>The Kafka door: sorts the pictures that a batch of records announces.</summary>
/// <remarks>It throws when something stays unreachable, so that the host keeps the batch (<c>commitOnFailure</c> and <c>maxRetries</c> in host.json).</remarks>
public sealed class ClassifyFromKafka(DigitPipeline pipeline)
{
    private static readonly long LastMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>Handles one batch.</summary>
    [Function(nameof(ClassifyFromKafka))]
    public Task RunAsync(
        [KafkaTrigger("KafkaBrokers", "%KafkaTopic%", ConsumerGroup = "%KafkaConsumerGroup%", IsBatched = true)] KafkaRecord[] records,
        CancellationToken cancellationToken) =>
        pipeline.ProcessAsync([.. records.Select(Read)], cancellationToken);

    private static EventMessage Read(KafkaRecord record)
    {
        EventHeader[] headers = [.. (record.Headers ?? []).Select(header => new EventHeader(header.Key, Bytes(header.Value)))];
        return new EventMessage(Bytes(record.Value), headers)
        {
            Origin = new KafkaOrigin(record.Topic, record.Partition, record.Offset, Bytes(record.Key), TimeOf(record.Timestamp)),
        };
    }

    // A producer may write any number; one beyond the calendar must not make the whole batch fail for ever.
    private static DateTimeOffset? TimeOf(KafkaTimestamp? timestamp) =>
        timestamp is { Type: not KafkaTimestampType.NotAvailable, UnixTimestampMs: >= 0 } known && known.UnixTimestampMs <= LastMs ? known.DateTimeOffset : null;

    // default and not null: beside a memory, null would convert to an empty memory, and a tombstone would be an event that cannot be read.
    private static ReadOnlyMemory<byte>? Bytes(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;
}
