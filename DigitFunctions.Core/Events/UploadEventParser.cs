using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>Reads an event, in whatever envelope and of whichever vendor, into the uploads that it announces.</summary>
/// <remarks>
/// A pure function over bytes. It throws nothing for any input, takes time linear in the input, and answers at most
/// 2 × <see cref="EventLimits.MaxRecords"/> notices. How it decides:
/// <list type="bullet">
/// <item>The notification decides, the envelope only carries it: a missing CloudEvents attribute or an older specversion ends in a
/// <see cref="UploadNotice.Remark"/>, not in a rejection.</item>
/// <item>An event that can be read and announces no picture is skipped: a tombstone, a CloudEvent without data, an empty batch,
/// no records.</item>
/// <item>A known member of a wrong type rejects its record and is named; JSON null counts as absent; members that are not known are ignored.</item>
/// <item>Of members of one name the last counts, as in System.Text.Json.</item>
/// <item>In a batch every event stands alone, and in a notification every record does. What is no JSON at all is rejected whole.</item>
/// <item>A size may be a number or a string of digits; absent, null and empty are 0; negative, fractional or beyond 64 bits rejects its record.</item>
/// <item>An event time that is no RFC 3339 time is left out: it is for logs only.</item>
/// <item>Object keys: see <see cref="ObjectKeyRules"/>. An empty one rejects its record; a leading <c>/</c> is part of the key.</item>
/// <item>Bytes that are not UTF-8, and halves of surrogate pairs in <c>\u</c> escapes: in a key they refuse the record,
/// in another known member they reject it, in members that are not known they are ignored.</item>
/// </list>
/// </remarks>
public static class UploadEventParser
{
    /// <summary>Reads one event.</summary>
    /// <param name="message">The event as it came.</param>
    /// <returns>At least one notice, in the order of the event's records.</returns>
    public static IReadOnlyList<UploadNotice> Parse(EventMessage message)
    {
        NoticeList notices = new();
        ReadMessage(message, new EventEnvelope(), notices);
        return notices.Items;
    }

    /// <summary>Reads a message: the one that came, or one that a dead letter carries.</summary>
    internal static void ReadMessage(EventMessage message, EventEnvelope envelope, NoticeList notices)
    {
        if (message.Body is not { } body)
        {
            notices.Add(envelope.Skipped("The record is a tombstone: it has a key and no value."));
            return;
        }

        CloudEventMode mode = CloudEventEnvelope.ModeOf(message.ContentType);
        if (mode == CloudEventMode.UnknownFormat)
        {
            notices.Add(envelope.UnsupportedFormat(
                $"The content type {JsonText.Quote(message.ContentType!)} is a CloudEvents format that is not read here; JSON is."));
        }
        else if (body.Length > EventLimits.MaxBodyBytes)
        {
            notices.Add(envelope.Rejected(
                $"{envelope.Name} has {body.Length} bytes; at most {EventLimits.MaxBodyBytes} are read."));
        }
        else
        {
            envelope = CloudEventEnvelope.ReadHeaders(message, envelope, out bool isBinary) with { IsStructured = mode == CloudEventMode.Structured };
            if (body.IsEmpty && isBinary)
            {
                notices.Add(envelope.Skipped(CloudEventEnvelope.NoData));
                return;
            }

            ReadText(body.Span, envelope, notices);
        }
    }

    /// <summary>Reads a JSON text: a body, or one that an envelope carries.</summary>
    internal static void ReadText(ReadOnlySpan<byte> text, in EventEnvelope envelope, NoticeList notices)
    {
        if (text.StartsWith("\uFEFF"u8))
        {
            text = text[3..];
        }

        if (text.IsEmpty)
        {
            notices.Add(envelope.Rejected($"{envelope.Name} is empty; a notification in JSON was expected."));
            return;
        }

        if (envelope.Depth > EventLimits.MaxEnvelopes)
        {
            notices.Add(envelope.Rejected($"The notification is wrapped more than {EventLimits.MaxEnvelopes} times."));
            return;
        }

        int start = notices.Count;
        Utf8JsonReader reader = new(text, JsonMembers.Options);
        try
        {
            reader.Read();
            ReadValue(ref reader, text, envelope, notices);
            // Whatever follows the value throws: the text is JSON as a whole or not at all.
            reader.Read();
        }
        catch (JsonException fault)
        {
            notices.ReplaceFrom(start, envelope.Rejected(JsonFault.Describe(fault, reader, text, envelope.Name)));
        }
    }

    /// <summary>Reads the value that stands in the text of an envelope, as its data or payload.</summary>
    internal static void ReadInner(ReadOnlySpan<byte> text, JsonValue value, in EventEnvelope envelope, NoticeList notices)
    {
        if (!value.IsString)
        {
            ReadText(value.In(text), envelope, notices);
        }
        else
        {
            ReadString(text, value, envelope, notices);
        }
    }

    private static void ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, in EventEnvelope envelope, NoticeList notices)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                EventShape.Read(ref reader, text, envelope, notices);
                break;
            case JsonTokenType.StartArray when envelope.BatchIndex is null:
                ReadBatch(ref reader, text, envelope, notices);
                break;
            case JsonTokenType.String:
                ReadString(text, JsonValue.Take(ref reader, 0), envelope, notices);
                break;
            default:
                string got = JsonValue.Take(ref reader, 0).Description;
                notices.Add(envelope.Rejected($"{envelope.Name} must be a JSON object, got {got}."));
                break;
        }
    }

    private static void ReadString(ReadOnlySpan<byte> text, JsonValue value, in EventEnvelope envelope, NoticeList notices)
    {
        if (envelope.IsUnwrapped)
        {
            notices.Add(envelope.Rejected($"{envelope.Name} is JSON text in a string in a string; it is unwrapped once."));
        }
        else if (JsonText.GetBytes(text, value) is not { } inner)
        {
            notices.Add(envelope.Rejected($"{envelope.Name} is a string with half of a surrogate pair."));
        }
        else
        {
            ReadText(inner, envelope with { IsUnwrapped = true, Name = $"The string in {Lower(envelope.Name)}" }, notices);
        }
    }

    private static void ReadBatch(ref Utf8JsonReader reader, ReadOnlySpan<byte> text, in EventEnvelope envelope, NoticeList notices)
    {
        int start = notices.Count;
        int count = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; count++)
        {
            if (count < EventLimits.MaxRecords)
            {
                ReadValue(ref reader, text, envelope with { BatchIndex = count, Name = "The event" }, notices);
            }
            else
            {
                reader.Skip();
            }
        }

        if (count > EventLimits.MaxRecords)
        {
            notices.ReplaceFrom(start, envelope.Rejected($"The batch has {count} events; at most {EventLimits.MaxRecords} are read."));
        }
        else if (count == 0)
        {
            notices.Add(envelope.Skipped("The batch has no events."));
        }
    }

    private static string Lower(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
