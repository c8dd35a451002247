namespace DigitFunctions.Core.Events;

/// <summary>What one record of an event comes to.</summary>
public enum NoticeKind
{
    /// <summary>A picture to be sorted.</summary>
    Upload,

    /// <summary>A readable event that announces no picture: a removal, a test event, a folder marker.</summary>
    Skipped,

    /// <summary>A readable event whose object key cannot be served safely.</summary>
    Refused,

    /// <summary>An event that cannot be read.</summary>
    Rejected,

    /// <summary>A CloudEvent in a format other than JSON.</summary>
    UnsupportedFormat,
}

/// <summary>One record of an event, read: an upload, or why it is none.</summary>
/// <param name="Kind">What it comes to.</param>
public sealed record UploadNotice(NoticeKind Kind)
{
    /// <summary>The picture to be sorted; set exactly when <see cref="Kind"/> is <see cref="NoticeKind.Upload"/>.</summary>
    public Upload? Upload { get; private init; }

    /// <summary>The bucket, where it could be read.</summary>
    public string? Bucket { get; private init; }

    /// <summary>The object key, where it could be read.</summary>
    public string? Key { get; private init; }

    /// <summary>What was wrong and what would be right; <see langword="null"/> for an upload.</summary>
    public string? Reason { get; private init; }

    /// <summary>
    /// What is not as it should be with the envelope, for the log: a missing CloudEvents attribute, an older specversion.
    /// The event was read all the same.
    /// </summary>
    public string? Remark { get; init; }

    /// <summary>How the key was decoded, for people; <see langword="null"/> for what is no upload, or none of an event.</summary>
    public string? KeyRule { get; private init; }

    /// <summary>A picture to be sorted.</summary>
    public static UploadNotice Of(Upload upload, string? keyRule = null) => new(NoticeKind.Upload) { Upload = upload, Bucket = upload.Bucket, Key = upload.Key, KeyRule = keyRule };

    /// <summary>A record that announces no picture.</summary>
    public static UploadNotice Skipped(string reason, string? bucket = null, string? key = null) =>
        new(NoticeKind.Skipped) { Reason = reason, Bucket = bucket, Key = key };

    /// <summary>A record whose key cannot be served safely.</summary>
    public static UploadNotice Refused(string reason, string? bucket, string? key) =>
        new(NoticeKind.Refused) { Reason = reason, Bucket = bucket, Key = key };

    /// <summary>An event that cannot be read.</summary>
    public static UploadNotice Rejected(string reason) => new(NoticeKind.Rejected) { Reason = reason };

    /// <summary>A CloudEvent in a format other than JSON.</summary>
    public static UploadNotice UnsupportedFormat(string reason) => new(NoticeKind.UnsupportedFormat) { Reason = reason };
}
