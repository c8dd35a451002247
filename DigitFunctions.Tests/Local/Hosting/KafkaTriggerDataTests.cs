using System.Text;
using Confluent.Kafka;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Hosting.Rpc;
using DigitFunctions.Tests.Support;
using Microsoft.Azure.Functions.Worker.Extensions.Kafka.Proto;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>Records as the Kafka extension sends them to a worker.</summary>
public sealed class KafkaTriggerDataTests
{
    private static readonly byte[] NoUtf8 = [0xFF, 0xFE, 0x41];

    [Fact]
    public void A_record_is_sent_with_its_bytes_headers_and_time_but_never_the_times_type()
    {
        Timestamp time = new(new DateTime(2024, 5, 6, 7, 8, 9, 10, DateTimeKind.Utc), TimestampType.LogAppendTime);
        Headers headers = new() { { "ce_type", "s3:ObjectCreated:Put"u8.ToArray() }, { "empty", [] }, { "null", null } };

        ModelBindingData data = Single(Binary, new Message<byte[]?, byte[]?> { Key = NoUtf8, Value = [0xFF, 0x00], Headers = headers, Timestamp = time });
        KafkaRecordProto record = KafkaRecordProto.Parser.ParseFrom(data.Content);

        Assert.Equal(("1.0", "AzureKafkaRecord", "application/x-protobuf"), (data.Version, data.Source, data.ContentType));
        Assert.Equal(("mnist", 2, 7L), (record.Topic, record.Partition, record.Offset));
        Assert.Equal(NoUtf8, record.Key.ToByteArray());
        Assert.Equal([0xFF, 0x00], record.Value.ToByteArray());
        Assert.Equal((time.UnixTimestampMs, 0), (record.Timestamp.UnixTimestampMs, record.Timestamp.Type));
        Assert.Equal(
            [("ce_type", true, 20), ("empty", true, 0), ("null", false, 0)],
            record.Headers.Select(header => (header.Key, header.HasValue, header.Value.Length)));
    }

    [Fact]
    public void A_tombstone_without_key_and_headers_stays_one()
    {
        KafkaRecordProto record = KafkaRecordProto.Parser.ParseFrom(Single(Binary, new Message<byte[]?, byte[]?>()).Content);

        Assert.Equal((false, false, 0), (record.HasKey, record.HasValue, record.Headers.Count));
    }

    [Fact]
    public void A_key_that_passes_through_a_string_loses_what_is_no_UTF8()
    {
        KafkaRecordProto record = KafkaRecordProto.Parser.ParseFrom(Single("", new Message<byte[]?, byte[]?> { Key = NoUtf8 }).Content);

        Assert.Equal("\uFFFD\uFFFDA", Encoding.UTF8.GetString(record.Key.Span));
    }

    [Fact]
    public void A_batch_has_its_members_as_arrays_in_the_metadata()
    {
        InvocationRequest request = KafkaTriggerData.Request(KafkaProbe.Function(Binary), [Some.Record(0, 5), Some.Record(2, 7)]);

        Assert.Equal(2, request.InputData.Single(input => input.Name == "records").Data.CollectionModelBindingData.ModelBindingData.Count);
        Assert.Equal(["mnist", "mnist"], request.TriggerMetadata["TopicArray"].CollectionString.String);
        Assert.Equal("[0,2]", request.TriggerMetadata["PartitionArray"].Json);
        Assert.Equal([5L, 7L], request.TriggerMetadata["OffsetArray"].CollectionSint64.Sint64);
        Assert.Equal(
            ["HeadersArray", "IsPartitionEOFArray", "KeyArray", "LeaderEpochArray", "OffsetArray", "PartitionArray", "TimestampArray", "TopicArray"],
            request.TriggerMetadata.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Keys_as_numbers_are_refused()
    {
        InvalidOperationException fault = Assert.Throws<InvalidOperationException>(() => KafkaTriggerData.KeysAreText(KafkaProbe.Function(""" "keyDataType":"Long", """)));

        Assert.Equal("KeyDataType of the function KafkaProbe is Long; the local host can do Binary and String.", fault.Message);
    }

    [Fact]
    public void A_batch_is_described_by_partition_and_offsets()
    {
        HeldRecord[] batch = [Some.Record(0, 5), Some.Record(2, 7), Some.Record(0, 6), Some.Record(0, 9)];

        Assert.Equal("mnist[0] 5-9, mnist[2] 7", HeldRecord.Describe(batch));
    }

    private const string Binary = """ "keyDataType":"Binary", """;

    private static ModelBindingData Single(string properties, Message<byte[]?, byte[]?> message) => Assert.Single(KafkaTriggerData.Request(
        KafkaProbe.Function(properties),
        [new HeldRecord(new ConsumeResult<byte[]?, byte[]?> { TopicPartitionOffset = new TopicPartitionOffset("mnist", 2, 7), Message = message }, Assignment: 1)])
        .InputData.Single().Data.CollectionModelBindingData.ModelBindingData);
}
