using System.Text.Json;
using System.Text.Json.Serialization;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Observability;

namespace DigitFunctions;

/// <summary>The body of a 200.</summary>
internal sealed record OutcomesAnswer(IReadOnlyList<UploadOutcome> Outcomes);

/// <summary>Problem details (RFC 9457), with what became of each upload all the same, what each check found, or how far a reconciliation came.</summary>
internal sealed record ProblemAnswer(string Title, int Status, string? Detail)
{
    /// <summary>The status says it all: there is no page about the problem.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; } = "about:blank";

    public IReadOnlyList<UploadOutcome>? Outcomes { get; init; }

    public IReadOnlyList<HealthFinding>? Checks { get; init; }

    /// <summary>How far a reconciliation came.</summary>
    public ReconcileAnswer? Reconciled { get; init; }
}

/// <summary>The body of a healthy application.</summary>
internal sealed record HealthAnswer(string Status, IReadOnlyList<HealthFinding> Checks);

/// <summary>What a part of a reconciliation came to.</summary>
/// <param name="Seen">Objects in the listing.</param>
/// <param name="Young">Of these, too young to be missed.</param>
/// <param name="Waiting">Uploads that waited for an event.</param>
/// <param name="Refused">Objects whose key cannot be served.</param>
/// <param name="Failed">Uploads that could not be handled for now; another run finds them again.</param>
/// <param name="Outcomes">How many uploads ended so; empty in a dry run.</param>
/// <param name="Uploads">Bucket and key of those that wait; in a dry run alone.</param>
/// <param name="Continuation">Where the next request goes on; absent behind the last object.</param>
internal sealed record ReconcileAnswer(
    long Seen, long Young, long Waiting, long Refused, long Failed, IReadOnlyDictionary<OutcomeStatus, int> Outcomes, IReadOnlyList<WaitingUpload>? Uploads, string? Continuation);

/// <summary>An upload whose event was lost, or still waits.</summary>
internal sealed record WaitingUpload(string Bucket, string Key);

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
[JsonSerializable(typeof(KServePredictions))]
[JsonSerializable(typeof(KServeCloudEvent))]
[JsonSerializable(typeof(KServeError))]
[JsonSerializable(typeof(KServeModel))]
internal sealed partial class AnswerJson : JsonSerializerContext;
