using System.Buffers.Text;
using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>Takes off the JSON documents that carry a Kafka record: each reads as the record in it.</summary>
/// <remarks>
/// A dead letter of Kafka Connect needs none of this: it is the original record, with headers <c>__connect.errors.*</c> added
/// (KIP-298); a dead letter of Knative is the original CloudEvent, with extensions <c>knativeerror*</c> added.
/// </remarks>
internal static class KafkaRecordEnvelope
{
    private static readonly byte[][] TriggerNames =
    [
        "Topic"u8.ToArray(), "Partition"u8.ToArray(), "Offset"u8.ToArray(), "Key"u8.ToArray(), "Value"u8.ToArray(), "Headers"u8.ToArray(),
    ];

    private static readonly byte[][] HeaderNames = ["Key"u8.ToArray(), "Value"u8.ToArray()];

    /// <summary>Reads a dead letter of ours.</summary>
    public static void ReadDeadLetter(ReadOnlySpan<byte> document, in EventEnvelope envelope, NoticeList notices)
    {
        if (DeadLetter.TryRead(document, out DeadLetter? deadLetter, out string? fault))
        {
            UploadEventParser.ReadMessage(deadLetter.Message, envelope.Inner("The dead letter's value"), notices);
        }
        else
        {
            notices.Add(envelope.Rejected(fault));
        }
    }

    /// <summary>
    /// Reads what the Functions trigger hands to a <c>string</c> parameter: its KafkaEventData in JSON, with the value as text and
    /// the values of headers as base64.
    /// </summary>
    public static void ReadTriggerString(ReadOnlySpan<byte> text, JsonValue whole, in EventEnvelope envelope, NoticeList notices)
    {
        Span<JsonValue> found = stackalloc JsonValue[TriggerNames.Length];
        JsonMembers.Read(text, whole, TriggerNames, found);
        JsonValue value = found[4];
        if (value.IsPresent && !value.IsString)
        {
            notices.Add(envelope.Rejected($"Value must be a string, got {value.Description}."));
            return;
        }

        byte[]? body = value.IsPresent ? JsonText.GetBytes(text, value) : null;
        if (value.IsPresent && body is null)
        {
            notices.Add(envelope.Rejected("Value is a string with half of a surrogate pair."));
            return;
        }

        string topic = JsonText.TryGetString(text, found[0], out string? name) ? name : "";
        EventMessage record = new(Memory(body), ReadHeaders(text, found[5]))
        {
            Origin = new KafkaOrigin(topic, (int)ReadNumber(text, found[1]), ReadNumber(text, found[2]), ReadKey(text, found[3]), null),
        };
        UploadEventParser.ReadMessage(record, envelope.Inner("Value"), notices);
    }

    /// <summary>Reads a record's <c>payload</c>, as Kafka Connect's JsonConverter and kcat's JSON output have it.</summary>
    public static void ReadPayload(ReadOnlySpan<byte> text, JsonValue payload, in EventEnvelope envelope, NoticeList notices)
    {
        if (payload.IsPresent)
        {
            UploadEventParser.ReadInner(text, payload, envelope.Inner("The payload"), notices);
        }
        else
        {
            notices.Add(envelope.Skipped("The payload is null: the record is a tombstone."));
        }
    }

    private static List<EventHeader> ReadHeaders(ReadOnlySpan<byte> text, JsonValue headers)
    {
        List<EventHeader> result = [];
        if (headers.Type != JsonTokenType.StartArray)
        {
            return result;
        }

        Span<JsonValue> found = stackalloc JsonValue[HeaderNames.Length];
        Utf8JsonReader reader = new(headers.In(text), JsonMembers.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            JsonMembers.Read(ref reader, headers.Start, HeaderNames, found);
            if (found[0].IsString && JsonText.TryGetString(text, found[0], out string? name))
            {
                result.Add(new EventHeader(name, Memory(JsonText.GetBase64(text, found[1]))));
            }
        }

        return result;
    }

    private static ReadOnlyMemory<byte>? ReadKey(ReadOnlySpan<byte> text, JsonValue value) =>
        Memory(value.IsString ? JsonText.GetBytes(text, value) : null);

    // The conversion from array to memory would turn null into an empty memory.
    private static ReadOnlyMemory<byte>? Memory(byte[]? bytes) => bytes is null ? default(ReadOnlyMemory<byte>?) : bytes;

    /// <summary>A whole number, or 0 where there is none: it tells the place only.</summary>
    internal static long ReadNumber(ReadOnlySpan<byte> text, JsonValue value) =>
        value.Type == JsonTokenType.Number && Utf8Parser.TryParse(value.In(text), out long number, out _) ? number : 0;
}
