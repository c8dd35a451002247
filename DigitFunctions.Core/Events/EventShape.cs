using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>Tells by its members what a JSON object is, an envelope or a notification, and has it read as that.</summary>
/// <remarks>
/// The first that fits: a dead letter of ours; a CloudEvent with data; a notification with <c>Records</c>; a CloudEvent without data;
/// EventBridge; S3's test event; a bare record; the Functions trigger's envelope; a record with a <c>payload</c> as Kafka Connect's JsonConverter and kcat write it.
/// </remarks>
internal static class EventShape
{
    private const int DeadLetterVersion = 0;
    private const int Records = 1;
    private const int Key = 2;
    private const int DetailType = 3;
    private const int Event = 4;
    private const int Stored = 5;
    private const int EventName = 6;
    private const int Value = 7;
    private const int Topic = 8;
    private const int Payload = 9;
    private const int Schema = 10;
    private const int LowerTopic = 11;

    // Where the members of CloudEvents begin.
    private const int CloudEvent = 12;

    private static readonly byte[][] Names =
    [
        "deadLetter"u8.ToArray(), "Records"u8.ToArray(), "Key"u8.ToArray(), "detail-type"u8.ToArray(), "Event"u8.ToArray(),
        "s3"u8.ToArray(), "eventName"u8.ToArray(), "Value"u8.ToArray(), "Topic"u8.ToArray(), "payload"u8.ToArray(),
        "schema"u8.ToArray(), "topic"u8.ToArray(), .. CloudEventEnvelope.Names,
    ];

    /// <summary>Reads the object that the reader stands on.</summary>
    public static void Read(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, in EventEnvelope envelope, NoticeList notices)
    {
        Span<JsonValue> found = stackalloc JsonValue[Names.Length];
        JsonValue whole = JsonMembers.Read(ref reader, 0, Names, found);
        ReadOnlySpan<JsonValue> cloudEvent = found[CloudEvent..];

        if (found[DeadLetterVersion].IsPresent)
        {
            KafkaRecordEnvelope.ReadDeadLetter(whole.In(text), envelope, notices);
        }
        else if (CloudEventEnvelope.HasData(cloudEvent, envelope.IsStructured))
        {
            CloudEventEnvelope.ReadStructured(text, cloudEvent, envelope, notices);
        }
        else if (found[Records].Type != JsonTokenType.None)
        {
            NotificationReader.Read(text, found[Records], found[Key], envelope, notices);
        }
        else if (CloudEventEnvelope.IsCloudEvent(cloudEvent))
        {
            notices.Add(CloudEventEnvelope.ReadAttributes(text, cloudEvent, envelope).Skipped(CloudEventEnvelope.NoData));
        }
        else if (found[DetailType].IsPresent)
        {
            notices.Add(EventBridgeReader.Read(text, whole, envelope));
        }
        else if (found[Event].IsString && found[Event].In(text).SequenceEqual("s3:TestEvent"u8))
        {
            notices.Add(envelope.Skipped("s3:TestEvent announces no object: S3 sends it when notifications are set up."));
        }
        else if (found[Stored].IsPresent || found[EventName].IsPresent)
        {
            notices.Add(NotificationReader.ReadBareRecord(text, whole, envelope));
        }
        else if (found[Topic].IsString && found[Value].Type != JsonTokenType.None)
        {
            KafkaRecordEnvelope.ReadTriggerString(text, whole, envelope, notices);
        }
        else if (found[Payload].Type != JsonTokenType.None && (found[Schema].Type != JsonTokenType.None || found[LowerTopic].IsString))
        {
            KafkaRecordEnvelope.ReadPayload(text, found[Payload], envelope, notices);
        }
        else
        {
            notices.Add(envelope.Rejected(
                $"{envelope.Name} is a JSON object without Records, s3, detail-type or specversion: no notification of an upload."));
        }
    }
}
