using System.Text.Json;
using System.Text.Json.Serialization;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Observability;

namespace DigitFunctions;

/// <summary>The body of a 200.</summary>
internal sealed record OutcomesAnswer(IReadOnlyList<UploadOutcome> Outcomes);

/// <summary>Problem details (RFC 9457), with what became of each upload all the same, or what each check found.</summary>
internal sealed record ProblemAnswer(string Title, int Status, string? Detail)
{
    /// <summary>The status says it all: there is no page about the problem.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "about:blank";

    public IReadOnlyList<UploadOutcome>? Outcomes { get; init; }

    public IReadOnlyList<HealthFinding>? Checks { get; init; }
}

/// <summary>The body of a healthy application.</summary>
internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthFinding> Checks);

/// <summary>What an event would come to.</summary>
/// <param name="Records">Its first records, in their order.</param>
internal sealed record EventExplanation(IReadOnlyList<RecordAnswer> Records);

/// <summary>What one record would come to.</summary>
/// <param name="Read">How it was read, in one word.</param>
/// <param name="Bucket">As the event has it.</param>
/// <param name="Key">The object key, decoded.</param>
/// <param name="Remark">What is not as it should be with the envelope.</param>
/// <param name="Announced">The eTag that the event names.</param>
/// <param name="ETag">The object's eTag as it stands.</param>
/// <param name="Size">The object's bytes.</param>
/// <param name="Filed">Where a picture of this key is filed.</param>
/// <param name="IsFiled">Whether that is this very picture.</param>
/// <param name="Picture">What the picture shows.</param>
/// <param name="Target">Where it would go.</param>
/// <param name="Reason">Why it is not simply sorted.</param>
internal sealed record RecordAnswer(
    string Read, string? Bucket, string? Key, string? Remark, string? Announced, string? ETag, long? Size, string? Filed, bool IsFiled, PictureAnswer? Picture, string? Target, string? Reason);

/// <summary>What a picture shows.</summary>
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
internal sealed record PictureAnswer(
    string Profile, IReadOnlyList<IReadOnlyList<int>> Rows, bool HoldsSeveral, bool HasOtherReading, int? Digit, float? Confidence, float? DigitScore, IReadOnlyList<float>? Predictions, string? Model,
    string? Place, string? Reason);

/// <summary>What a part of a reconciliation came to.</summary>
/// <param name="Seen">Objects in the listing.</param>
/// <param name="Young">Of these, too young to be missed.</param>
/// <param name="Waiting">Uploads that waited for an event.</param>
/// <param name="Refused">Objects whose key cannot be served.</param>
/// <param name="Failed">Uploads that could not be handled for now; another run finds them again.</param>
/// <param name="Outcomes">How many uploads ended so; empty in a dry run.</param>
/// <param name="Continuation">Where the next request goes on; absent behind the last object.</param>
internal sealed record ReconcileAnswer(
    long Seen, long Young, long Waiting, long Refused, long Failed, IReadOnlyDictionary<OutcomeStatus, int> Outcomes, string? Continuation);

/// <summary>KServe's answer: an entry for each picture that the model has seen.</summary>
/// <param name="Predictions">In the order of the uploads.</param>
/// <param name="Outcomes">What became of all uploads, where the model has not seen some; else left out.</param>
internal sealed record KServePredictions(IReadOnlyList<KServePrediction> Predictions, IReadOnlyList<UploadOutcome>? Outcomes);

/// <summary>What the sample's TensorFlow model says of a picture: ten probabilities, and the digit.</summary>
internal sealed record KServePrediction(IReadOnlyList<float> Predictions, int Classes);

/// <summary>The same in a CloudEvent of structured mode.</summary>
internal sealed record KServeCloudEvent(
    string Specversion, string Id, string Source, string Type, DateTimeOffset Time, string Datacontenttype, KServePredictions Data);

/// <summary>KServe's error, with what became of each upload all the same.</summary>
internal sealed record KServeError(string Error, IReadOnlyList<UploadOutcome>? Outcomes);

/// <summary>KServe's word on a model.</summary>
internal sealed record KServeModel(string Name, bool Ready);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(OutcomeStatusConverter)])]
[JsonSerializable(typeof(OutcomesAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReconcileAnswer))]
[JsonSerializable(typeof(EventExplanation))]
[JsonSerializable(typeof(PictureAnswer))]
[JsonSerializable(typeof(KServePredictions))]
[JsonSerializable(typeof(KServeCloudEvent))]
[JsonSerializable(typeof(KServeError))]
[JsonSerializable(typeof(KServeModel))]
internal sealed partial class AnswerJson : JsonSerializerContext;
