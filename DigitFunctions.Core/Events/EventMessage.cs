using System.Globalization;
using System.Text;

namespace DigitFunctions.Core.Events;

/// <summary>One event as it came through a function, before anything in it is read.</summary>
/// <param name="Body">The Kafka value or the HTTP body; <see langword="null"/> for a Kafka tombstone.</param>
/// <param name="Headers">All headers in the order they came. Names may repeat (Kafka allows it).</param>
public sealed record EventMessage(ReadOnlyMemory<byte>? Body, IReadOnlyList<EventHeader> Headers)
{
    /// <summary>The place in Kafka that the event was read from; <see langword="null"/> where it came by HTTP.</summary>
    public KafkaOrigin? Origin { get; init; }

    /// <summary>The prefix of CloudEvents attributes among the headers: <c>ce_</c> in Kafka, <c>ce-</c> in HTTP.</summary>
    public string AttributePrefix => Origin is null ? "ce-" : "ce_";

    /// <summary>The header <c>Content-Type</c>; <see langword="null"/> where there is none.</summary>
    public string? ContentType => Header("content-type");

    /// <summary>Whether any CloudEvents attribute is among the headers, so that the event is in binary mode.</summary>
    public bool HasAttributes
    {
        get
        {
            foreach (EventHeader header in Headers)
            {
                if (header.Name.StartsWith(AttributePrefix, StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The CloudEvents id in binary mode, for logs; <see langword="null"/> where there is none.</summary>
    public string? EventId => Attribute("id");

    /// <summary>W3C <c>traceparent</c>, as a header or as CloudEvents extension in binary mode; not checked.</summary>
    public string? TraceParent => Header("traceparent") ?? Attribute("traceparent");

    /// <summary>W3C <c>tracestate</c>, from the same places.</summary>
    public string? TraceState => Header("tracestate") ?? Attribute("tracestate");

    /// <summary>The last header of that name that has a value, without surrounding space; <see langword="null"/> where there is none.</summary>
    /// <param name="name">Compared without case.</param>
    public string? Header(string name) => Last("", name);

    /// <summary>A CloudEvents attribute in binary mode; <see langword="null"/> where it is not set.</summary>
    /// <remarks>
    /// HTTP protocol binding 3.1.3.2: a quoted string is unquoted, then percent-encoding is undone once. A value whose escapes are not valid
    /// is taken as it is, since there are senders that do not encode. Kafka carries plain UTF-8.
    /// </remarks>
    /// <param name="name">The attribute's name without prefix.</param>
    public string? Attribute(string name)
    {
        string? value = Last(AttributePrefix, name);
        return value is null || Origin is not null ? value : AttributeEncoding.Decode(value);
    }

    private string? Last(string prefix, string name)
    {
        for (int i = Headers.Count - 1; i >= 0; i--)
        {
            EventHeader header = Headers[i];
            if (header.Value is { Length: > 0 } value
                && header.Name.Length == prefix.Length + name.Length
                && header.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
                && header.Name.AsSpan(prefix.Length).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                string text = Encoding.UTF8.GetString(value.Span).Trim();
                return text.Length > 0 ? text : null;
            }
        }

        return null;
    }
}

/// <summary>A header with its raw bytes: UTF-8 by convention, anything in fact.</summary>
/// <param name="Name">As sent; compare without case.</param>
/// <param name="Value"><see langword="null"/> where Kafka carried a null.</param>
public readonly record struct EventHeader(string Name, ReadOnlyMemory<byte>? Value);

/// <summary>Where and when Kafka held a record, with its key: all that a dead letter has to keep beside value and headers.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="Partition">0 and up.</param>
/// <param name="Offset">0 and up.</param>
/// <param name="Key">The record's key; <see langword="null"/> where it has none.</param>
/// <param name="Timestamp">The record's time; <see langword="null"/> where the broker gave none.</param>
public sealed record KafkaOrigin(string Topic, int Partition, long Offset, ReadOnlyMemory<byte>? Key, DateTimeOffset? Timestamp)
{
    /// <summary><c>topic/partition/offset</c>, as logs, labels and dead letters name it.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{Topic}/{Partition}/{Offset}");
}
