using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Local.Hosting;

/// <summary>A record as the function gets it, with the assignment of its partition under which it was read.</summary>
internal sealed record HeldRecord(KafkaRecord Record, TopicPartition Partition, int Assignment)
{
    /// <summary>Reads what the consumer gave.</summary>
    public static HeldRecord Read(ConsumeResult<byte[]?, byte[]?> result, int assignment)
    {
        KafkaRecord record = new()
        {
            Topic = result.Topic,
            Partition = result.Partition.Value,
            Offset = result.Offset.Value,
            Key = result.Message.Key,
            Value = result.Message.Value,
            Timestamp = new KafkaTimestamp
            {
                UnixTimestampMs = result.Message.Timestamp.UnixTimestampMs,
                Type = (KafkaTimestampType)result.Message.Timestamp.Type,
            },
            Headers = [.. (result.Message.Headers ?? []).Select(header => new KafkaHeader { Key = header.Key, Value = header.GetValueBytes() })],
        };
        return new HeldRecord(record, result.TopicPartition, assignment);
    }

    /// <summary>Tells where a batch lies, for the log: <c>mnist[0] 5-9, mnist[2] 7</c>.</summary>
    public static string Describe(IEnumerable<HeldRecord> batch) => string.Join(", ", batch.GroupBy(held => held.Partition).Select(records =>
    {
        long first = records.First().Record.Offset;
        long last = records.Last().Record.Offset;
        return $"{records.Key.Topic}[{records.Key.Partition.Value}] {(first == last ? $"{first}" : $"{first}-{last}")}";
    }));
}
