using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using DigitFunctions.Local.Hosting.Rpc;
using Google.Protobuf;
using Microsoft.Azure.Functions.Worker.Extensions.Kafka.Proto;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// A batch as the Kafka extension hands it to an isolated worker: each record as <c>ModelBindingData</c>, and the same of all records as arrays in the trigger's metadata.
/// </summary>
/// <remarks>KafkaRecordProtobufSerializer and KafkaTriggerBindingStrategy in Azure/azure-functions-kafka-extension 4.3.2.</remarks>
internal static class KafkaTriggerData
{
    private const string Version = "1.0";
    private const string Source = "AzureKafkaRecord";
    private const string ContentType = "application/x-protobuf";

    /// <summary>The invocation of a function for a batch.</summary>
    public static InvocationRequest Request(HostedFunction function, IReadOnlyList<HeldRecord> batch)
    {
        bool keysAreText = KeysAreText(function);
        KafkaRecordProto[] records = [.. batch.Select(held => Record(held.Record, keysAreText))];
        var data = new TypedData();
        if (function.IsBatched)
        {
            data.CollectionModelBindingData = new CollectionModelBindingData { ModelBindingData = { records.Select(Content) } };
        }
        else
        {
            data.ModelBindingData = Content(records[0]);
        }

        return new InvocationRequest
        {
            InputData = { new ParameterBinding { Name = function.Parameter, Data = data } },
            TriggerMetadata = { function.IsBatched ? Arrays(records, batch, keysAreText) : Singles(records[0], batch[0], keysAreText) },
        };
    }

    /// <summary>Whether keys pass through a string, as the trigger's <c>KeyDataType</c> has it unless told otherwise: what is no UTF-8 does not survive that.</summary>
    /// <exception cref="InvalidOperationException">Keys are to be numbers.</exception>
    public static bool KeysAreText(HostedFunction function) => (function.Text("keyDataType") ?? "String") switch
    {
        "Binary" => false,
        "String" => true,
        string other => throw new InvalidOperationException($"KeyDataType of the function {function.Name} is {other}; the local host can do Binary and String."),
    };

    private static KafkaRecordProto Record(ConsumeResult<byte[]?, byte[]?> result, bool keysAreText)
    {
        var record = new KafkaRecordProto
        {
            Topic = result.Topic,
            Partition = result.Partition.Value,
            Offset = result.Offset.Value,
            // The extension loses the timestamp's type on its way: always 0, not available.
            Timestamp = new KafkaTimestampProto { UnixTimestampMs = new DateTimeOffset(result.Message.Timestamp.UtcDateTime).ToUnixTimeMilliseconds(), Type = 0 },
        };
        if (result.Message.Key is { } key)
        {
            record.Key = keysAreText ? ByteString.CopyFromUtf8(Encoding.UTF8.GetString(key)) : UnsafeByteOperations.UnsafeWrap(key);
        }

        if (result.Message.Value is { } value)
        {
            record.Value = UnsafeByteOperations.UnsafeWrap(value);
        }

        foreach (IHeader header in result.Message.Headers ?? [])
        {
            var sent = new KafkaHeaderProto { Key = header.Key };
            if (header.GetValueBytes() is { } bytes)
            {
                sent.Value = UnsafeByteOperations.UnsafeWrap(bytes);
            }

            record.Headers.Add(sent);
        }

        return record;
    }

    private static ModelBindingData Content(KafkaRecordProto record) =>
        new() { Version = Version, Source = Source, ContentType = ContentType, Content = record.ToByteString() };

    private static Dictionary<string, TypedData> Arrays(KafkaRecordProto[] records, IReadOnlyList<HeldRecord> batch, bool keysAreText) => new()
    {
        ["TopicArray"] = new() { CollectionString = new CollectionString { String = { records.Select(record => record.Topic) } } },
        ["PartitionArray"] = Json(records.Select(record => record.Partition)),
        ["OffsetArray"] = new() { CollectionSint64 = new CollectionSInt64 { Sint64 = { records.Select(record => record.Offset) } } },
        ["TimestampArray"] = Json(batch.Select(held => held.Record.Message.Timestamp.UtcDateTime)),
        ["KeyArray"] = Json(records.Select(record => KeyText(record, keysAreText))),
        ["HeadersArray"] = Json(records.Select(Headers)),
        ["LeaderEpochArray"] = Json(batch.Select(held => held.Record.LeaderEpoch)),
        ["IsPartitionEOFArray"] = Json(batch.Select(held => held.Record.IsPartitionEOF)),
    };

    private static Dictionary<string, TypedData> Singles(KafkaRecordProto record, HeldRecord held, bool keysAreText)
    {
        var data = new Dictionary<string, TypedData>
        {
            ["Topic"] = new() { String = record.Topic },
            ["Partition"] = Json(record.Partition),
            ["Offset"] = Json(record.Offset),
            ["Timestamp"] = Json(held.Record.Message.Timestamp.UtcDateTime),
            ["Headers"] = Json(Headers(record)),
            ["IsPartitionEOF"] = Json(held.Record.IsPartitionEOF),
        };
        if (record.HasKey)
        {
            data["Key"] = keysAreText ? new TypedData { String = record.Key.ToStringUtf8() } : new TypedData { Bytes = record.Key };
        }

        return data;
    }

    private static string? KeyText(KafkaRecordProto record, bool keysAreText) =>
        !record.HasKey ? null : keysAreText ? record.Key.ToStringUtf8() : record.Key.ToBase64();

    private static IEnumerable<object> Headers(KafkaRecordProto record) =>
        record.Headers.Select(header => new { header.Key, Value = header.HasValue ? header.Value.ToBase64() : null });

    private static TypedData Json<T>(T value) => new() { Json = JsonSerializer.Serialize(value) };
}
