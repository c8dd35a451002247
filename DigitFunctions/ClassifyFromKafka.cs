using DigitFunctions.Core;
using DigitFunctions.Core.Events;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions;

/// <summary>The Kafka function: sorts the pictures that a batch of records announces.</summary>
/// <remarks>It throws when something stays unreachable, so that the host keeps the batch (<c>commitOnFailure</c> and <c>maxRetries</c> in host.json).</remarks>
public sealed class ClassifyFromKafka(DigitPipeline pipeline, KafkaReading reading)
{
    private static readonly long LastMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>How far the consumer group may be behind before another instance is wanted: a batch, as <c>maxBatchSize</c> in host.json has it.</summary>
    private const long LagThreshold = 512;

    /// <summary>Handles one batch.</summary>
    /// <remarks>
    /// Keys as they are (<c>Binary</c>): through a string, as is the default, the host damages those that are not UTF-8. The array is not marked as nullable, though it may
    /// be null: with the mark, the worker's generator no longer tells the host to send records (<c>supportsDeferredBinding</c>).
    /// </remarks>
    /// <exception cref="InvalidOperationException">The host's Kafka extension sends strings in place of records.</exception>
    [Function(nameof(ClassifyFromKafka))]
    public Task RunAsync(
        [KafkaTrigger(
            "KafkaBrokers", "%KafkaTopic%", ConsumerGroup = "%KafkaConsumerGroup%", IsBatched = true, KeyDataType = KafkaMessageKeyType.Binary, LagThreshold = LagThreshold)]
        KafkaRecord[] records,
        CancellationToken cancellationToken) =>
        records is null
            ? throw new InvalidOperationException(
                "The Functions host sent no Kafka records but something else, as Microsoft.Azure.WebJobs.Extensions.Kafka before 4.3.1 does. "
                + "Build the app with Microsoft.Azure.Functions.Worker.Extensions.Kafka 4.2.0 or later, and remove an older extension bundle from host.json.")
            : HandleAsync([.. records.Select(Read)], cancellationToken);

    private Task HandleAsync(EventMessage[] messages, CancellationToken cancellationToken) =>
        reading.HandleAsync(messages, () => pipeline.ProcessAsync(messages, cancellationToken));

    private static EventMessage Read(KafkaRecord record)
    {
        EventHeader[] headers = [.. (record.Headers ?? []).Select(header => new EventHeader(header.Key, Bytes(header.Value)))];
        return new EventMessage(Bytes(record.Value), headers)
        {
            Origin = new KafkaOrigin(record.Topic, record.Partition, record.Offset, Bytes(record.Key), TimeOf(record.Timestamp)),
        };
    }

    // The extension sends every type as NotAvailable, and the time all the same; where there is none it sends 0.
    // A producer may write any number; one beyond the calendar must not make the whole batch fail for ever.
    private static DateTimeOffset? TimeOf(KafkaTimestamp? timestamp) =>
        timestamp is { UnixTimestampMs: > 0 } known && known.UnixTimestampMs <= LastMs ? known.DateTimeOffset : null;

    // default and not null: beside a memory, null would convert to an empty memory, and a tombstone would be an event that cannot be read.
    private static ReadOnlyMemory<byte>? Bytes(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;
}
