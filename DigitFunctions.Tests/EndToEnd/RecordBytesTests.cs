using System.Text.Json;
using Confluent.Kafka;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>A record reaches the function in the worker process byte for byte: shown by the dead letter that the function writes of one that it cannot read.</summary>
public sealed class RecordBytesTests
{
    private static readonly byte[] AllBytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    [Fact]
    public async Task Key_value_headers_and_time_arrive_as_Kafka_has_them()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        var time = new Timestamp(1_700_000_000_123, TimestampType.CreateTime);
        var headers = new Headers { { "bytes", AllBytes }, { "empty", [] }, { "null", null }, { "bytes", [0xFF] }, { "é", "ü"u8.ToArray() } };

        JsonElement letter = await DeadLetterOfAsync(app, new() { Key = AllBytes, Value = [.. AllBytes, 0xFF], Headers = headers, Timestamp = time });

        Assert.Equal(AllBytes, letter.GetProperty("key").GetBytesFromBase64());
        Assert.Equal([.. AllBytes, 0xFF], letter.GetProperty("value").GetBytesFromBase64());
        Assert.Equal(time.UnixTimestampMs, letter.GetProperty("timestamp").GetDateTimeOffset().ToUnixTimeMilliseconds());
        Assert.Equal(
            [("bytes", Convert.ToBase64String(AllBytes)), ("empty", ""), ("null", null), ("bytes", "/w=="), ("é", Convert.ToBase64String("ü"u8))],
            letter.GetProperty("headers").EnumerateArray().Select(header => (header.GetProperty("name").GetString()!, header.GetProperty("value").GetString())));
    }

    [Fact]
    public async Task What_a_record_lacks_it_lacks_in_the_function_too()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);

        JsonElement letter = await DeadLetterOfAsync(app, new() { Key = null, Value = [] });

        Assert.Equal(JsonValueKind.Null, letter.GetProperty("key").ValueKind);
        Assert.Equal("", letter.GetProperty("value").GetString());
        Assert.Equal(0, letter.GetProperty("headers").GetArrayLength());
    }

    private static async Task<JsonElement> DeadLetterOfAsync(SortingApp app, Message<byte[]?, byte[]?> message)
    {
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = app.Brokers, LingerMs = 0 }).Build();
        DeliveryResult<byte[]?, byte[]?> delivery = await producer.ProduceAsync(app.Topic, message);
        string key = $"dead-letter/{app.Topic}/{delivery.Partition.Value}/{delivery.Offset.Value}.json";
        await app.TargetHoldsAsync(key);
        return JsonElement.Parse(await app.Storage.ReadAsync(app.Storage.Target, key));
    }
}
