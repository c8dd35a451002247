using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace DigitFunctions.Core.Events;

public sealed partial record DeadLetter
{
    private static readonly byte[][] Names =
    [
        "deadLetter"u8.ToArray(), "reason"u8.ToArray(), "time"u8.ToArray(), "topic"u8.ToArray(), "partition"u8.ToArray(), "offset"u8.ToArray(),
        "timestamp"u8.ToArray(), "key"u8.ToArray(), "headers"u8.ToArray(), "value"u8.ToArray(),
    ];

    private static readonly byte[][] HeaderNames = ["name"u8.ToArray(), "value"u8.ToArray()];

    /// <summary>Reads a document that <see cref="Write"/> wrote.</summary>
    /// <param name="document">The document in UTF-8.</param>
    /// <param name="deadLetter">The dead letter, its message as it was.</param>
    /// <param name="fault">What is wrong with the document.</param>
    /// <returns>Whether it could be read; nothing is thrown.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> document, [NotNullWhen(true)] out DeadLetter? deadLetter, [NotNullWhen(false)] out string? fault)
    {
        deadLetter = null;
        fault = null;
        try
        {
            Utf8JsonReader reader = new(document, JsonMembers.Options);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                Span<JsonValue> found = stackalloc JsonValue[Names.Length];
                JsonMembers.Read(ref reader, 0, Names, found);
                reader.Read();
                deadLetter = Read(document, found, ref fault);
            }
            else
            {
                fault = "A dead letter must be a JSON object.";
            }
        }
        catch (JsonException exception)
        {
            fault = $"The dead letter is not JSON: {exception.Message}";
        }

        deadLetter = fault is null ? deadLetter : null;
        return deadLetter is not null;
    }

    private static DeadLetter Read(ReadOnlySpan<byte> text, ReadOnlySpan<JsonValue> found, ref string? fault)
    {
        if (found[0].Type != JsonTokenType.Number || !found[0].In(text).SequenceEqual("1"u8))
        {
            fault = "deadLetter must be 1, the version of the format.";
        }

        // Reason and time say why the record is here; the record itself does not depend on them.
        string? ignored = null;
        string reason = UploadReader.ReadString(text, found[1], "reason", isRequired: false, ref ignored) ?? "";
        DateTimeOffset time = UploadReader.ReadTime(text, found[2], "time", ref ignored) ?? default;
        string? topic = UploadReader.ReadString(text, found[3], "topic", isRequired: false, ref fault);
        ReadOnlyMemory<byte>? key = ReadBytes(text, found[7], "key", ref fault);
        if (found[9].Type == JsonTokenType.None)
        {
            fault ??= "value is missing; it must be base64, or null for a tombstone.";
        }

        EventMessage message = new(ReadBytes(text, found[9], "value", ref fault), ReadHeaders(text, found[8], ref fault))
        {
            Origin = topic is null ? null : new KafkaOrigin(
                topic,
                (int)KafkaRecordEnvelope.ReadNumber(text, found[4]),
                KafkaRecordEnvelope.ReadNumber(text, found[5]),
                key,
                UploadReader.ReadTime(text, found[6], "timestamp", ref ignored)),
        };
        return new DeadLetter(message, reason, time);
    }

    private static List<EventHeader> ReadHeaders(ReadOnlySpan<byte> text, JsonValue headers, ref string? fault)
    {
        List<EventHeader> result = [];
        if (headers.Type != JsonTokenType.StartArray)
        {
            fault ??= headers.IsPresent ? $"headers must be an array, got {headers.Description}." : null;
            return result;
        }

        Span<JsonValue> found = stackalloc JsonValue[HeaderNames.Length];
        Utf8JsonReader reader = new(headers.In(text), JsonMembers.Options);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                fault ??= "headers must be an array of objects with name and value.";
                reader.Skip();
                continue;
            }

            JsonMembers.Read(ref reader, headers.Start, HeaderNames, found);
            if (found[0].IsString && JsonText.TryGetString(text, found[0], out string? name))
            {
                result.Add(new EventHeader(name, ReadBytes(text, found[1], "a header's value", ref fault)));
            }
            else
            {
                fault ??= "headers must be an array of objects with name and value.";
            }
        }

        return result;
    }

    private static ReadOnlyMemory<byte>? ReadBytes(ReadOnlySpan<byte> text, JsonValue value, string name, ref string? fault)
    {
        if (!value.IsPresent)
        {
            return null;
        }

        if (JsonText.GetBase64(text, value) is { } bytes)
        {
            return bytes;
        }

        fault ??= $"{name} must be a string of base64 or null.";
        return null;
    }
}
