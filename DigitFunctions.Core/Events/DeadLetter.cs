using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>An event that could not be read, kept whole, so that it can be replayed when the cause is mended.</summary>
/// <remarks>
/// The document is JSON: <c>deadLetter</c> (the format's version, 1), <c>reason</c>, <c>time</c>, <c>topic</c>, <c>partition</c>, <c>offset</c>,
/// <c>timestamp</c> (the record's own time), <c>key</c>, <c>headers</c> (an array of <c>name</c> and <c>value</c>), <c>value</c>.
/// Key, value and the values of headers are base64 or null, so they come back byte for byte.
/// <see cref="UploadEventParser"/> reads the document as the record in it.
/// </remarks>
/// <param name="Message">The event as it came.</param>
/// <param name="Reason">Why it could not be read.</param>
/// <param name="Time">When it was set aside.</param>
public sealed partial record DeadLetter(EventMessage Message, string Reason, DateTimeOffset Time)
{
    /// <summary>Where dead letters lie in the target bucket.</summary>
    public const string Prefix = "dead-letter/";

    private static readonly JsonWriterOptions WriterOptions =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Where a dead letter lies in the target bucket: <c>dead-letter/&lt;topic&gt;/&lt;partition&gt;/&lt;offset&gt;.json</c>.</summary>
    public static string ObjectKeyOf(KafkaOrigin origin) =>
        $"{Prefix}{origin.Place}.json";

    /// <summary>Where a dead letter lies when another event has its place: <c>dead-letter/&lt;topic&gt;/&lt;partition&gt;/&lt;offset&gt;-&lt;hash&gt;.json</c>.</summary>
    public static string ObjectKeyOf(KafkaOrigin origin, string contentHash) => $"{ObjectKeyOf(origin)[..^".json".Length]}-{contentHash}.json";

    /// <summary>A hash of the event itself: of two dead letters it tells whether they hold the same one, whenever and why ever they were written.</summary>
    public string ContentHash() => Convert.ToHexStringLower(SHA256.HashData(WriteDocument(withCause: false)))[..16];

    /// <summary>Writes the document, in UTF-8.</summary>
    public byte[] Write() => WriteDocument(withCause: true);

    private byte[] WriteDocument(bool withCause)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer = new(buffer, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteNumber("deadLetter", 1);
            if (withCause)
            {
                WriteText(writer, "reason", Reason);
                writer.WriteString("time", Time);
            }

            if (Message.Origin is { } origin)
            {
                WriteText(writer, "topic", origin.Topic);
                writer.WriteNumber("partition", origin.Partition);
                writer.WriteNumber("offset", origin.Offset);
                if (origin.Timestamp is { } timestamp)
                {
                    writer.WriteString("timestamp", timestamp);
                }
            }

            WriteBytes(writer, "key", Message.Origin?.Key);
            writer.WriteStartArray("headers");
            foreach (EventHeader header in Message.Headers)
            {
                writer.WriteStartObject();
                WriteText(writer, "name", header.Name);
                WriteBytes(writer, "value", header.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            WriteBytes(writer, "value", Message.Body);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // Through UTF-8, since the writer refuses text with half of a surrogate pair.
    private static void WriteText(Utf8JsonWriter writer, string name, string text) => writer.WriteString(name, Encoding.UTF8.GetBytes(text));

    private static void WriteBytes(Utf8JsonWriter writer, string name, ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is { } present)
        {
            writer.WriteBase64String(name, present.Span);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
