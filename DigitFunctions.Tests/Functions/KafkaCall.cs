using DigitFunctions.Core.Events;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Functions;

/// <summary>Events as the Kafka trigger hands them to a function.</summary>
internal static class KafkaCall
{
    public static KafkaRecord Record(EventMessage message) => new()
    {
        Topic = message.Origin!.Topic,
        Partition = message.Origin.Partition,
        Offset = message.Origin.Offset,
        Key = message.Origin.Key?.ToArray()!,
        Value = message.Body?.ToArray()!,
        Timestamp = new KafkaTimestamp
        {
            UnixTimestampMs = message.Origin.Timestamp?.ToUnixTimeMilliseconds() ?? -1,
            Type = message.Origin.Timestamp is null ? KafkaTimestampType.NotAvailable : KafkaTimestampType.CreateTime,
        },
        Headers = [.. message.Headers.Select(header => new KafkaHeader { Key = header.Name, Value = header.Value?.ToArray()! })],
    };
}
