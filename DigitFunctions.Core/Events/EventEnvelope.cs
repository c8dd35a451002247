namespace DigitFunctions.Core.Events;

/// <summary>What is known of an event from all that is wrapped around its notification.</summary>
internal readonly record struct EventEnvelope()
{
    /// <summary>The event's id, where an envelope gives one.</summary>
    public string? EventId { get; init; }

    /// <summary>What is not as it should be with the envelope, though the event can be read.</summary>
    public string? Remark { get; init; }

    /// <summary>W3C trace context of the event.</summary>
    public string? TraceParent { get; init; }

    /// <summary>W3C trace context of the event.</summary>
    public string? TraceState { get; init; }

    /// <summary>How many envelopes have been taken off.</summary>
    public int Depth { get; init; }

    /// <summary>Whether the content type says that the body is a CloudEvent in JSON.</summary>
    public bool IsStructured { get; init; }

    /// <summary>The event's place in its batch; <see langword="null"/> where it stands for itself.</summary>
    public int? BatchIndex { get; init; }

    /// <summary>Whether the text came out of a JSON string, which is unwrapped once.</summary>
    public bool IsUnwrapped { get; init; }

    /// <summary>What the text is, as a message begins.</summary>
    public string Name { get; init; } = "The body";

    /// <summary>This envelope with one more taken off.</summary>
    /// <param name="name">What the text within is.</param>
    public EventEnvelope Inner(string name) => this with { Depth = Depth + 1, IsStructured = false, IsUnwrapped = false, Name = name };

    /// <summary>A picture to be sorted.</summary>
    public UploadNotice Uploaded(Upload upload, string keyRule) => Marked(UploadNotice.Of(upload, keyRule));

    /// <summary>A record that announces no picture.</summary>
    public UploadNotice Skipped(string reason, string? bucket = null, string? key = null) =>
        Marked(UploadNotice.Skipped(Placed(reason), bucket, key));

    /// <summary>A record whose key cannot be served safely.</summary>
    public UploadNotice Refused(string reason, string? bucket, string? key) => Marked(UploadNotice.Refused(Placed(reason), bucket, key));

    /// <summary>An event that cannot be read.</summary>
    public UploadNotice Rejected(string reason) => Marked(UploadNotice.Rejected(Placed(reason)));

    /// <summary>A CloudEvent in a format other than JSON.</summary>
    public UploadNotice UnsupportedFormat(string reason) => Marked(UploadNotice.UnsupportedFormat(Placed(reason)));

    private string Placed(string reason) => BatchIndex is { } index ? $"[{index}]: {reason}" : reason;

    private UploadNotice Marked(UploadNotice notice) => Remark is null ? notice : notice with { Remark = Remark };
}
