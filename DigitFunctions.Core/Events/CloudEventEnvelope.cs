using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>How a content type says that a CloudEvent is carried.</summary>
internal enum CloudEventMode
{
    /// <summary>The content type says nothing: binary mode or no CloudEvent.</summary>
    Plain,

    /// <summary>Attributes and data are in the body, in JSON; in HTTP perhaps a batch of them.</summary>
    Structured,

    /// <summary>The body is a CloudEvent in a format that is not JSON.</summary>
    UnknownFormat,
}

/// <summary>Takes CloudEvents envelopes off: attributes in headers (binary mode) or in the body (structured and batched mode).</summary>
/// <remarks>
/// CloudEvents 1.0: JSON event format, HTTP protocol binding section 3, Kafka protocol binding section 3; and 0.3, which says
/// <c>datacontentencoding</c> where 1.0 says <c>data_base64</c>.
/// </remarks>
internal static class CloudEventEnvelope
{
    /// <summary>Why a CloudEvent without data is skipped.</summary>
    public const string NoData = "The CloudEvent carries no data, so it announces no object.";

    private const string MediaType = "application/cloudevents";

    private const int SpecVersion = 0;
    private const int Id = 1;
    private const int Source = 2;
    private const int Type = 3;
    private const int Data = 4;
    private const int DataBase64 = 5;
    private const int DataContentEncoding = 6;
    private const int TraceParent = 7;
    private const int TraceState = 8;
    private const int CloudEventsVersion = 9;

    /// <summary>The members of a structured CloudEvent that are read.</summary>
    public static readonly byte[][] Names =
    [
        "specversion"u8.ToArray(), "id"u8.ToArray(), "source"u8.ToArray(), "type"u8.ToArray(), "data"u8.ToArray(), "data_base64"u8.ToArray(),
        "datacontentencoding"u8.ToArray(), "traceparent"u8.ToArray(), "tracestate"u8.ToArray(), "cloudEventsVersion"u8.ToArray(),
    ];

    /// <summary>The mode that a content type names; without one it is <see cref="CloudEventMode.Plain"/>.</summary>
    public static CloudEventMode ModeOf(string? contentType)
    {
        ReadOnlySpan<char> type = contentType.AsSpan().Trim();
        if (!type.StartsWith(MediaType, StringComparison.OrdinalIgnoreCase))
        {
            return CloudEventMode.Plain;
        }

        int parameters = type.IndexOf(';');
        ReadOnlySpan<char> format = (parameters < 0 ? type : type[..parameters])[MediaType.Length..].TrimEnd();
        return format.IsEmpty
            || format.Equals("+json", StringComparison.OrdinalIgnoreCase)
            || format.Equals("-batch", StringComparison.OrdinalIgnoreCase)
            || format.Equals("-batch+json", StringComparison.OrdinalIgnoreCase)
            ? CloudEventMode.Structured
            : CloudEventMode.UnknownFormat;
    }

    /// <summary>Reads the attributes of binary mode, and the trace context of any message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="envelope">What is known so far.</param>
    /// <param name="isBinary">Whether any CloudEvents attribute is among the headers.</param>
    public static EventEnvelope ReadHeaders(EventMessage message, EventEnvelope envelope, out bool isBinary)
    {
        isBinary = message.Headers.Count > 0 && message.HasAttributes;
        if (message.Headers.Count == 0)
        {
            return envelope;
        }

        envelope = envelope with
        {
            TraceParent = message.TraceParent ?? envelope.TraceParent,
            TraceState = message.TraceState ?? envelope.TraceState,
        };
        if (!isBinary)
        {
            return envelope;
        }

        string? id = message.Attribute("id");
        bool isComplete = id is not null && message.Attribute("source") is not null && message.Attribute("type") is not null;
        return envelope with
        {
            EventId = id ?? envelope.EventId,
            Remark = envelope.Remark ?? RemarkOn(message.Attribute("specversion"), isComplete),
        };
    }

    /// <summary>Whether the object is a CloudEvent with data, by its own members or by what its content type says.</summary>
    public static bool HasData(ReadOnlySpan<JsonValue> found, bool isStructured) =>
        (isStructured || IsCloudEvent(found)) && (found[Data].IsPresent || found[DataBase64].IsPresent);

    /// <summary>Whether the object says of itself that it is a CloudEvent, of this or an older version.</summary>
    public static bool IsCloudEvent(ReadOnlySpan<JsonValue> found) => found[SpecVersion].IsPresent || found[CloudEventsVersion].IsPresent;

    /// <summary>Reads a CloudEvent in JSON as the notification that is its data.</summary>
    public static void ReadStructured(ReadOnlySpan<byte> text, ReadOnlySpan<JsonValue> found, EventEnvelope envelope, NoticeList notices)
    {
        envelope = ReadAttributes(text, found, envelope);
        JsonValue data = found[Data];
        bool isBase64 = data.IsString && StringOrNull(text, found[DataContentEncoding])?.Equals("base64", StringComparison.OrdinalIgnoreCase) == true;
        if (data.IsPresent && !isBase64)
        {
            UploadEventParser.ReadInner(text, data, envelope.Inner("The CloudEvent's data"), notices);
            return;
        }

        string member = data.IsPresent ? "data" : "data_base64";
        if (JsonText.GetBase64(text, data.IsPresent ? data : found[DataBase64]) is { } bytes)
        {
            UploadEventParser.ReadText(bytes, envelope.Inner($"The CloudEvent's {member}"), notices);
        }
        else
        {
            notices.Add(envelope.Rejected($"{member} must be a string of base64."));
        }
    }

    /// <summary>Reads the attributes of structured mode.</summary>
    public static EventEnvelope ReadAttributes(ReadOnlySpan<byte> text, ReadOnlySpan<JsonValue> found, EventEnvelope envelope)
    {
        bool isComplete = found[Id].IsPresent && found[Source].IsPresent && found[Type].IsPresent;
        return envelope with
        {
            EventId = StringOrNull(text, found[Id]) ?? envelope.EventId,
            TraceParent = StringOrNull(text, found[TraceParent]) ?? envelope.TraceParent,
            TraceState = StringOrNull(text, found[TraceState]) ?? envelope.TraceState,
            Remark = found[SpecVersion].IsString && found[SpecVersion].In(text).SequenceEqual("1.0"u8) && isComplete
                ? envelope.Remark
                : RemarkOn(StringOrNull(text, found[SpecVersion]), isComplete),
        };
    }

    private static string? RemarkOn(string? specVersion, bool isComplete) => (specVersion, isComplete) switch
    {
        ("1.0", true) => null,
        ("1.0", false) => "The CloudEvent lacks one of the attributes id, source and type.",
        (null, _) => "The CloudEvent lacks the attribute specversion.",
        _ => $"The CloudEvent's specversion is {JsonText.Quote(specVersion)}, not '1.0'.",
    };

    private static string? StringOrNull(ReadOnlySpan<byte> text, JsonValue value) =>
        value.IsString && value.Length > 0 && JsonText.TryGetString(text, value, out string? result) ? result : null;
}
