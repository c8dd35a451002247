using System.Text;
using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>
/// Reads notifications in S3's event message structure: <c>{Records}</c> of AWS and Ceph, <c>{EventName, Key, Records}</c> of MinIO,
/// a bare record.
/// </summary>
/// <remarks>
/// AWS: "Event message structure" of the S3 user guide. MinIO: internal/event/event.go. Ceph: doc/radosgw/notifications.rst.
/// </remarks>
internal static class NotificationReader
{
    private const int EventName = 0;
    private const int EventSource = 1;
    private const int EventTime = 2;
    private const int EventId = 3;
    private const int Stored = 4;
    private static readonly byte[][] RecordNames =
        ["eventName"u8.ToArray(), "eventSource"u8.ToArray(), "eventTime"u8.ToArray(), "eventId"u8.ToArray(), "s3"u8.ToArray()];

    private static readonly byte[][] StoredNames = ["bucket"u8.ToArray(), "object"u8.ToArray()];
    private static readonly byte[][] ObjectNames =
        ["key"u8.ToArray(), "size"u8.ToArray(), "eTag"u8.ToArray(), "versionId"u8.ToArray(), "sequencer"u8.ToArray()];

    /// <summary>Reads a notification with <c>Records</c>.</summary>
    /// <param name="text">The text that both values stand in.</param>
    /// <param name="records">The member <c>Records</c>.</param>
    /// <param name="key">MinIO's member <c>Key</c>.</param>
    /// <param name="envelope">What is around the notification.</param>
    /// <param name="notices">Receives a notice for each record, or one for all.</param>
    public static void Read(ReadOnlySpan<byte> text, JsonValue records, JsonValue key, in EventEnvelope envelope, NoticeList notices)
    {
        if (records.Type == JsonTokenType.Null)
        {
            notices.Add(envelope.Skipped("Records is null: MinIO's listen stream sends that to keep a connection open."));
            return;
        }

        if (records.Type != JsonTokenType.StartArray || (key.IsPresent && !key.IsString))
        {
            notices.Add(envelope.Rejected(records.Type != JsonTokenType.StartArray
                ? $"Records must be an array, got {records.Description}."
                : $"Key must be a string, got {key.Description}."));
            return;
        }

        int start = notices.Count;
        int count = 0;
        int room = EventLimits.MaxRecords - start;
        Span<JsonValue> found = stackalloc JsonValue[RecordNames.Length];
        Utf8JsonReader reader = new(records.In(text), JsonMembers.Options);
        reader.Read();
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count >= room)
            {
                reader.Skip();
            }
            else if (reader.TokenType == JsonTokenType.StartObject)
            {
                JsonMembers.Read(ref reader, records.Start, RecordNames, found);
                notices.Add(ReadRecord(text, found, count, key, envelope));
            }
            else
            {
                notices.Add(envelope.Rejected($"Records[{count}] must be an object, got {JsonValue.Take(ref reader, 0).Description}."));
            }
        }

        if (count > EventLimits.MaxRecords)
        {
            notices.ReplaceFrom(start, envelope.Rejected($"Records has {count} records; at most {EventLimits.MaxRecords} are read."));
        }
        else if (count > Math.Max(room, 0))
        {
            notices.ReplaceFrom(start, envelope.Rejected(
                $"The batch has more than {EventLimits.MaxRecords} records with the {count} of this event; "
                + $"at most {EventLimits.MaxRecords} are read."));
        }
        else if (count == 0)
        {
            notices.Add(envelope.Skipped("Records is empty: the notification announces no object."));
        }
    }

    /// <summary>Reads an object that is one record.</summary>
    public static UploadNotice ReadBareRecord(ReadOnlySpan<byte> text, JsonValue record, in EventEnvelope envelope)
    {
        Span<JsonValue> found = stackalloc JsonValue[RecordNames.Length];
        JsonMembers.Read(text, record, RecordNames, found);
        return ReadRecord(text, found, null, default, envelope);
    }

    private static UploadNotice ReadRecord(
        ReadOnlySpan<byte> text, ReadOnlySpan<JsonValue> found, int? index, JsonValue key, in EventEnvelope envelope)
    {
        RecordMembers members = new()
        {
            Index = index,
            Names = MemberNames.S3,
            Time = found[EventTime],
            EventId = found[EventId],
            Announced = key,
        };
        string? skipReason = ReadKind(text, found[EventName], ref members.Fault);
        if (found[EventSource].IsString)
        {
            members.Encoding = ObjectKeyRules.EncodingOf(found[EventSource].In(text));
        }
        else
        {
            UploadReader.ReadString(text, found[EventSource], "eventSource", isRequired: false, ref members.Fault);
            members.Encoding = key.IsPresent ? KeyEncoding.MinIO : KeyEncoding.Form;
        }

        Span<JsonValue> stored = stackalloc JsonValue[StoredNames.Length];
        members.ReadContainer(text, found[Stored], "s3", StoredNames, stored);
        members.ReadBucketAndObject(text, stored[0], "s3.bucket", stored[1], "s3.object", ObjectNames);
        return UploadReader.Read(text, ref members, skipReason, envelope);
    }

    private static string? ReadKind(ReadOnlySpan<byte> text, JsonValue eventName, ref string? fault)
    {
        if (eventName is { IsString: true, IsEscaped: false } && IsCreation(eventName.In(text)))
        {
            return null;
        }

        string? name = UploadReader.ReadString(text, eventName, "eventName", isRequired: true, ref fault);
        return name is null || IsCreation(Encoding.UTF8.GetBytes(name))
            ? null
            : $"{JsonText.Quote(name)} announces no new object; ObjectCreated with Put, Post, Copy or CompleteMultipartUpload does.";
    }

    private static bool IsCreation(ReadOnlySpan<byte> eventName)
    {
        eventName = eventName.StartsWith("s3:"u8) ? eventName[3..] : eventName;
        return eventName.StartsWith("ObjectCreated:"u8)
            && (eventName[14..].SequenceEqual("Put"u8)
                || eventName[14..].SequenceEqual("Post"u8)
                || eventName[14..].SequenceEqual("Copy"u8)
                || eventName[14..].SequenceEqual("CompleteMultipartUpload"u8));
    }
}
