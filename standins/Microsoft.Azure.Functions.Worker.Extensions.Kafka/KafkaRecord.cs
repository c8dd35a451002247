using System.Text;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>A Kafka record as it is, with key and value as bytes.</summary>
public class KafkaRecord
{
    public string Topic { get; set; }

    public int Partition { get; set; }

    public long Offset { get; set; }

    /// <summary>Null where the record has no key.</summary>
    public byte[] Key { get; set; }

    /// <summary>Null where the record has no value.</summary>
    public byte[] Value { get; set; }

    public KafkaTimestamp Timestamp { get; set; }

    public KafkaHeader[] Headers { get; set; }
}

/// <summary>A header of a Kafka record.</summary>
public class KafkaHeader
{
    public string Key { get; set; }

    /// <summary>May be null.</summary>
    public byte[] Value { get; set; }

    /// <summary>The value as UTF-8; null where the value is null.</summary>
    public string GetValueAsString() => Value is null ? null : Encoding.UTF8.GetString(Value);
}

/// <summary>When a Kafka record was made or appended.</summary>
public class KafkaTimestamp
{
    public long UnixTimestampMs { get; set; }

    public KafkaTimestampType Type { get; set; }

    public DateTimeOffset DateTimeOffset => DateTimeOffset.FromUnixTimeMilliseconds(UnixTimestampMs);
}

public enum KafkaTimestampType
{
    NotAvailable = 0,
    CreateTime = 1,
    LogAppendTime = 2,
}
