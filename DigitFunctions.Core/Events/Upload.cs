namespace DigitFunctions.Core.Events;

/// <summary>One picture that an event announces.</summary>
/// <remarks>It is a hint: the object in the bucket is the truth, and may be newer or gone.</remarks>
/// <param name="Bucket">The bucket's name, as the event gives it.</param>
/// <param name="Key">The object key, decoded by its vendor's rule.</param>
public sealed record Upload(string Bucket, string Key)
{
    /// <summary>The version in a versioned bucket; <see langword="null"/> where the event names none.</summary>
    public string? VersionId { get; init; }

    /// <summary>The object's eTag without quotes; <see langword="null"/> where the event names none.</summary>
    public string? ETag { get; init; }

    /// <summary>The object's size in bytes; 0 where the event does not tell.</summary>
    public long Size { get; init; }

    /// <summary>The vendor's order of events on one key: hexadecimal, compared after padding with zeros on the left.</summary>
    public string? Sequencer { get; init; }

    /// <summary>When the object was made; <see langword="null"/> where the event does not tell.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>The event's id, for logs only: it is no identity, since KafkaSource repeats it.</summary>
    public string? EventId { get; init; }

    /// <summary>The event's W3C <c>traceparent</c>, from a header or the CloudEvents distributed tracing extension, not checked.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The event's W3C <c>tracestate</c>, from the same place.</summary>
    public string? TraceState { get; init; }
}
