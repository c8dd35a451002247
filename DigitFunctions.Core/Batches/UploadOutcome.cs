using System.Text.Json.Serialization;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Core.Batches;

/// <summary>What became of an upload, or of an event that announces none.</summary>
public enum OutcomeStatus
{
    /// <summary>Filed under its digit.</summary>
    Sorted,

    /// <summary>Was filed before; nothing was done.</summary>
    AlreadySorted,

    /// <summary>Filed under <c>review/</c>, since the prediction is not confident enough.</summary>
    Review,

    /// <summary>The event announces no picture, or one of a bucket that is not served.</summary>
    Skipped,

    /// <summary>Another picture of the same key has taken its place.</summary>
    Superseded,

    /// <summary>There is no such picture, neither in its bucket nor filed.</summary>
    Missing,

    /// <summary>No picture of a digit; set aside under <c>unreadable/</c>.</summary>
    Unreadable,

    /// <summary>The event cannot be read, or names a key that cannot be served.</summary>
    Rejected,

    /// <summary>The picture cannot be handled, by a fault of its own that stays until somebody mends it: its event is kept as a dead letter, the picture stays where it is.</summary>
    Blocked,
}

/// <summary>What became of one upload.</summary>
/// <param name="Status">In one word.</param>
public sealed record UploadOutcome(OutcomeStatus Status)
{
    /// <summary>The source bucket, where the event could be read.</summary>
    public string? Bucket { get; init; }

    /// <summary>The object key in the source bucket, where the event could be read.</summary>
    public string? Key { get; init; }

    /// <summary>Why it is not simply sorted.</summary>
    public string? Reason { get; init; }

    /// <summary>0 to 9; for pictures that a model has seen.</summary>
    public int? Digit { get; init; }

    /// <summary>The digit's score in [0, 1].</summary>
    public float? Confidence { get; init; }

    /// <summary>Ten probabilities, one a digit.</summary>
    public IReadOnlyList<float>? Predictions { get; init; }

    /// <summary>Which model saw the picture.</summary>
    public string? Model { get; init; }

    /// <summary>Where it lies in the target bucket.</summary>
    public string? Target { get; init; }

    /// <summary>Milliseconds from the parsed event to this outcome.</summary>
    public double ElapsedMs { get; init; }

    /// <summary>How the event read: a refused key and an unreadable event are both rejected, but not to HTTP.</summary>
    [JsonIgnore]
    public NoticeKind Notice { get; init; } = NoticeKind.Upload;

    /// <summary>The outcome of a record that is no upload.</summary>
    internal static UploadOutcome Of(UploadNotice notice) =>
        new(notice.Kind == NoticeKind.Skipped ? OutcomeStatus.Skipped : OutcomeStatus.Rejected)
        {
            Bucket = notice.Bucket,
            Key = notice.Key,
            Reason = notice.Reason,
            Notice = notice.Kind,
        };

    /// <summary>The outcome of an upload whose picture was not looked at.</summary>
    internal static UploadOutcome Of(Upload upload, OutcomeStatus status, string? reason, string? target = null) =>
        new(status) { Bucket = upload.Bucket, Key = upload.Key, Reason = reason, Target = target };

    /// <summary>The outcome of an upload whose picture a model has seen.</summary>
    internal static UploadOutcome Of(Upload upload, OutcomeStatus status, DigitPrediction prediction, string target) =>
        new(status)
        {
            Bucket = upload.Bucket,
            Key = upload.Key,
            Digit = prediction.Digit,
            Confidence = prediction.Confidence,
            Predictions = prediction.Scores,
            Model = prediction.Model,
            Target = target,
        };
}
