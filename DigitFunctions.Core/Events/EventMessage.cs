namespace DigitFunctions.Core.Events;

/// <summary>One event as it came through a door, before anything in it is read.</summary>
/// <param name="Body">The Kafka value or the HTTP body; <see langword="null"/> for a Kafka tombstone.</param>
/// <param name="Headers">All headers in the order they came. Names may repeat (Kafka allows it).</param>
public sealed record EventMessage(ReadOnlyMemory<byte>? Body, IReadOnlyList<EventHeader> Headers)
{
    /// <summary>The place in Kafka that the event was read from; <see langword="null"/> where it came by HTTP.</summary>
    public KafkaOrigin? Origin { get; init; }

    /// <summary>The prefix of CloudEvents attributes among the headers: <c>ce_</c> in Kafka, <c>ce-</c> in HTTP.</summary>
    public string AttributePrefix => Origin is null ? "ce-" : "ce_";
}

/// <summary>A header with its raw bytes: UTF-8 by convention, anything in fact.</summary>
/// <param name="Name">As sent; compare without case.</param>
/// <param name="Value"><see langword="null"/> where Kafka carried a null.</param>
public readonly record struct EventHeader(string Name, ReadOnlyMemory<byte>? Value);

/// <summary>Where and when Kafka held a record, with its key: all that a dead letter has to keep beside value and headers.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">0 and up.</param>
/// <param name="Offset">0 and up.</param>
/// <param name="Key">The record's key; <see langword="null"/> where it has none.</param>
/// <param name="Timestamp">The record's time; <see langword="null"/> where the broker gave none.</param>
public sealed record KafkaOrigin(string Topic, int Partition, long Offset, ReadOnlyMemory<byte>? Key, DateTimeOffset? Timestamp);
