using System.Text.Json;
using System.Text.Json.Serialization;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Core.Explaining;

/// <summary>An <see cref="EventExplanation"/> in JSON.</summary>
/// <param name="Records">Its first records, in their order.</param>
/// <param name="Left">How many records follow that are not explained; left out where none do.</param>
public sealed record ExplainedEvent(IReadOnlyList<ExplainedRecord> Records, int? Left)
{
    /// <summary>Takes it from an explanation.</summary>
    public static ExplainedEvent Of(EventExplanation explanation)
    {
        ArgumentNullException.ThrowIfNull(explanation);
        return new ExplainedEvent([.. explanation.Records.Select(ExplainedRecord.Of)], explanation.Left > 0 ? explanation.Left : null);
    }
}

/// <summary>A <see cref="RecordExplanation"/> in JSON.</summary>
/// <param name="Read">How it was read, in one word.</param>
/// <param name="Bucket">As the event has it.</param>
/// <param name="Key">The object key, decoded.</param>
/// <param name="KeyRule">How the key was decoded.</param>
/// <param name="Remark">What is not as it should be with the envelope.</param>
/// <param name="Announced">The eTag that the event names.</param>
/// <param name="ETag">The object's eTag as it stands.</param>
/// <param name="Size">The object's bytes.</param>
/// <param name="Filed">Where a picture of this key is filed.</param>
/// <param name="IsFiled">Whether that is this very picture.</param>
/// <param name="Picture">What the picture shows.</param>
/// <param name="TargetBucket">The bucket that it would go to.</param>
/// <param name="Target">Where it would go in that bucket.</param>
/// <param name="Reason">Why it is not simply sorted.</param>
public sealed record ExplainedRecord(
    string Read, string? Bucket, string? Key, string? KeyRule, string? Remark, string? Announced, string? ETag, long? Size, string? Filed, bool IsFiled, ExplainedPicture? Picture,
    string? TargetBucket, string? Target, string? Reason)
{
    /// <summary>Takes it from an explanation.</summary>
    public static ExplainedRecord Of(RecordExplanation record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return new ExplainedRecord(
            record.Notice.Kind.ToString().ToLowerInvariant(), record.Notice.Bucket, record.Notice.Key, record.Notice.KeyRule, record.Notice.Remark, record.Notice.Upload?.ETag, record.ObjectETag,
            record.ObjectSize, record.Filed, record.IsFiled, record.Picture is { } picture ? ExplainedPicture.Of(picture) : null, record.TargetBucket, record.Target, record.Reason);
    }
}

/// <summary>A <see cref="PictureExplanation"/> in JSON.</summary>
/// <param name="Profile">How it became a tensor.</param>
/// <param name="Rows">28 rows of 28 numbers, 0 to 255.</param>
/// <param name="HoldsSeveral">Whether there are other marks of like size, or many.</param>
/// <param name="HasOtherReading">Whether straight lines may be strokes or not.</param>
/// <param name="Digit">0 to 9.</param>
/// <param name="Confidence">The digit's score.</param>
/// <param name="DigitScore">How likely it is a single digit at all.</param>
/// <param name="Predictions">Ten probabilities.</param>
/// <param name="Model">Which model it was.</param>
/// <param name="Place">Where such a picture goes.</param>
/// <param name="Reason">Why that is no place of a digit, or not known.</param>
public sealed record ExplainedPicture(
    string Profile, IReadOnlyList<IReadOnlyList<int>> Rows, bool HoldsSeveral, bool HasOtherReading, int? Digit, float? Confidence, float? DigitScore, IReadOnlyList<float>? Predictions, string? Model,
    string? Place, string? Reason)
{
    /// <summary>Takes it from an explanation.</summary>
    public static ExplainedPicture Of(PictureExplanation picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        DigitPrediction? seen = picture.Prediction;
        return new ExplainedPicture(
            picture.Profile.ToString(), [.. picture.Rows.Select(row => row.Select(value => (int)value).ToArray())], picture.HoldsSeveral, picture.HasOtherReading,
            seen?.Digit, seen?.Confidence, seen?.DigitScore, seen?.Scores, seen?.Model, picture.Place, picture.Reason);
    }
}

/// <summary>Writes explanations as JSON, the same by HTTP and by the command.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ExplainedEvent))]
[JsonSerializable(typeof(ExplainedPicture))]
public sealed partial class ExplanationJson : JsonSerializerContext;
