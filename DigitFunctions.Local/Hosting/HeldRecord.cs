using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>A record as the consumer gave it, with the assignment of its partition under which it was read.</summary>
internal sealed record HeldRecord(ConsumeResult<byte[]?, byte[]?> Record, int Assignment)
{
    /// <summary>The record's partition.</summary>
    public TopicPartition Partition => Record.TopicPartition;

    /// <summary>The record's offset in its partition.</summary>
    public long Offset => Record.Offset.Value;

    /// <summary>Tells where a batch lies, for the log: <c>mnist[0] 5-9, mnist[2] 7</c>.</summary>
    public static string Describe(IEnumerable<HeldRecord> batch) => string.Join(", ", batch.GroupBy(held => held.Partition).Select(records =>
    {
        (long first, long last) = (records.First().Offset, records.Last().Offset);
        return $"{records.Key.Topic}[{records.Key.Partition.Value}] {(first == last ? $"{first}" : $"{first}-{last}")}";
    }));
}
