namespace DigitFunctions.Core.Events;

/// <summary>Reads S3 events of AWS EventBridge: of their kinds <c>Object Created</c> announces an upload.</summary>
/// <remarks>"EventBridge event message structure" of the S3 user guide. Its keys are not encoded.</remarks>
internal static class EventBridgeReader
{
    private static readonly byte[][] Names = ["detail-type"u8.ToArray(), "id"u8.ToArray(), "time"u8.ToArray(), "detail"u8.ToArray()];
    private static readonly byte[][] DetailNames = ["bucket"u8.ToArray(), "object"u8.ToArray()];
    private static readonly byte[][] ObjectNames =
        ["key"u8.ToArray(), "size"u8.ToArray(), "etag"u8.ToArray(), "version-id"u8.ToArray(), "sequencer"u8.ToArray()];

    /// <summary>Reads one event.</summary>
    public static UploadNotice Read(ReadOnlySpan<byte> text, JsonValue whole, in EventEnvelope envelope)
    {
        Span<JsonValue> found = stackalloc JsonValue[Names.Length];
        JsonMembers.Read(text, whole, Names, found);
        RecordMembers members = new() { Names = MemberNames.EventBridge, Encoding = KeyEncoding.None, EventId = found[1], Time = found[2] };
        string? kind = UploadReader.ReadString(text, found[0], "detail-type", isRequired: true, ref members.Fault);
        string? skipReason = kind is null or "Object Created"
            ? null
            : $"{JsonText.Quote(kind)} announces no new object; 'Object Created' does.";

        Span<JsonValue> detail = stackalloc JsonValue[DetailNames.Length];
        members.ReadContainer(text, found[3], "detail", DetailNames, detail);
        members.ReadBucketAndObject(text, detail[0], "detail.bucket", detail[1], "detail.object", ObjectNames);
        return UploadReader.Read(text, ref members, skipReason, envelope);
    }
}
