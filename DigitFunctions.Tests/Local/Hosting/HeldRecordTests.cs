using Confluent.Kafka;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Tests.Support;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class HeldRecordTests
{
    [Fact]
    public void A_record_keeps_its_bytes_headers_and_time()
    {
        Timestamp time = new(new DateTime(2024, 5, 6, 7, 8, 9, DateTimeKind.Utc), TimestampType.LogAppendTime);
        Headers headers = new() { { "ce_type", "s3:ObjectCreated:Put"u8.ToArray() }, { "empty", null } };

        KafkaRecord record = Read(new Message<byte[]?, byte[]?> { Key = [1], Value = [0xFF, 0x00], Headers = headers, Timestamp = time }).Record;

        Assert.Equal(("mnist", 2, 7L), (record.Topic, record.Partition, record.Offset));
        Assert.Equal([1], record.Key);
        Assert.Equal([0xFF, 0x00], record.Value);
        Assert.Equal(time.UnixTimestampMs, record.Timestamp.UnixTimestampMs);
        Assert.Equal(KafkaTimestampType.LogAppendTime, record.Timestamp.Type);
        Assert.Equal([("ce_type", "s3:ObjectCreated:Put"), ("empty", null)], record.Headers.Select(header => (header.Key, (string?)header.GetValueAsString())));
    }

    [Fact]
    public void A_tombstone_without_key_and_headers_stays_one()
    {
        KafkaRecord record = Read(new Message<byte[]?, byte[]?>()).Record;

        Assert.Null(record.Key);
        Assert.Null(record.Value);
        Assert.Empty(record.Headers);
    }

    [Fact]
    public void A_batch_is_described_by_partition_and_offsets()
    {
        HeldRecord[] batch = [Some.Record(0, 5), Some.Record(2, 7), Some.Record(0, 6), Some.Record(0, 9)];

        Assert.Equal("mnist[0] 5-9, mnist[2] 7", HeldRecord.Describe(batch));
    }

    private static HeldRecord Read(Message<byte[]?, byte[]?> message) => HeldRecord.Read(
        new ConsumeResult<byte[]?, byte[]?> { TopicPartitionOffset = new TopicPartitionOffset("mnist", 2, 7), Message = message },
        assignment: 1);
}
