using DigitFunctions.Core.Batches;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Core;

/// <summary>Every log line of the core. Ids are never used again for another line.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Image {Key} successfully uploaded to {Target}: digit {Digit}, confidence {Confidence:0.###}, model {Model}, from bucket {Bucket}", EventName = nameof(Sorted))]
    public static partial void Sorted(this ILogger logger, string bucket, string key, string target, int digit, float confidence, string model);

    [LoggerMessage(2, LogLevel.Information, "{Bucket}/{Key}: preprocess_ms {PreprocessMs:0.0}, predict_ms {PredictMs:0.0}, postprocess_ms {PostprocessMs:0.0}", EventName = nameof(Timed))]
    public static partial void Timed(this ILogger logger, string bucket, string key, double preprocessMs, double predictMs, double postprocessMs);

    [LoggerMessage(3, LogLevel.Information, "{Bucket}/{Key} is {Status}: {Reason}", EventName = nameof(NothingToDo))]
    public static partial void NothingToDo(this ILogger logger, string? bucket, string? key, OutcomeStatus status, string? reason);

    [LoggerMessage(4, LogLevel.Warning, "{Bucket}/{Key} is set aside as {Target}: {Reason}", EventName = nameof(SetAside))]
    public static partial void SetAside(this ILogger logger, string bucket, string key, string? target, string? reason);

    [LoggerMessage(5, LogLevel.Warning, "An event is rejected (dead letter: {DeadLetter}): {Reason}", EventName = nameof(EventRejected))]
    public static partial void EventRejected(this ILogger logger, string? deadLetter, string? reason);

    [LoggerMessage(6, LogLevel.Error, "{Name} could not be handled and will be tried again", EventName = nameof(Unfinished))]
    public static partial void Unfinished(this ILogger logger, Exception exception, string name);

    [LoggerMessage(7, LogLevel.Warning, "Attempt {Attempt} of {Step} for {Name} failed and is repeated: {Error}", EventName = nameof(Repeated))]
    public static partial void Repeated(this ILogger logger, int attempt, string step, string name, string error);

    [LoggerMessage(8, LogLevel.Information, "The S3 server honours If-None-Match on PUT: {PutIfNoneMatch}; If-Match on PUT: {PutIfMatch}; If-Match on DELETE: {DeleteIfMatch}, or else x-amz-delete-if-unmodified-since: {DeleteIfUnmodified}", EventName = nameof(ConditionsFound))]
    public static partial void ConditionsFound(this ILogger logger, bool putIfNoneMatch, bool putIfMatch, bool deleteIfMatch, bool deleteIfUnmodified);

    [LoggerMessage(9, LogLevel.Warning, "{Bucket}/{Key}: {Count} entries of the uploader's metadata are left out, since S3 allows 2 KiB in all", EventName = nameof(MetadataLeftOut))]
    public static partial void MetadataLeftOut(this ILogger logger, string bucket, string key, int count);

    [LoggerMessage(10, LogLevel.Warning, "The predictor {Model} failed; try {Attempt} follows after {DelayMs:0} ms. {Reason}", EventName = nameof(PredictorCallRepeated))]
    public static partial void PredictorCallRepeated(this ILogger logger, string model, int attempt, double delayMs, string reason);

    [LoggerMessage(11, LogLevel.Warning, "The predictor {Model} failed too often and is left alone for {RestMs:0} ms. {Reason}", EventName = nameof(PredictorLeftAlone))]
    public static partial void PredictorLeftAlone(this ILogger logger, string model, double restMs, string? reason);

    [LoggerMessage(12, LogLevel.Information, "The predictor {Model} answers again", EventName = nameof(PredictorAnswersAgain))]
    public static partial void PredictorAnswersAgain(this ILogger logger, string model);

    [LoggerMessage(13, LogLevel.Warning, "The ONNX model answers a batch in place of the KServe predictor. {Reason}", EventName = nameof(FallbackAnswers))]
    public static partial void FallbackAnswers(this ILogger logger, string reason);

    [LoggerMessage(14, LogLevel.Information, "The envelope of an event is odd, its notification is read all the same: {Remark}", EventName = nameof(OddEnvelope))]
    public static partial void OddEnvelope(this ILogger logger, string remark);

    [LoggerMessage(15, LogLevel.Warning, "{Bucket}/{Key} is filed, and its source stays: {Reason}", EventName = nameof(SourceStays))]
    public static partial void SourceStays(this ILogger logger, string bucket, string key, string reason);

    [LoggerMessage(16, LogLevel.Warning, "{Name} cannot be handled, by a fault of its own, and is put aside (dead letter: {DeadLetter}): {Reason}", EventName = nameof(Blocked))]
    public static partial void Blocked(this ILogger logger, string name, string? deadLetter, string? reason);

    [LoggerMessage(17, LogLevel.Error, "The S3 server refuses a call for every object; the batch is held. {Reason}", EventName = nameof(EverythingRefused))]
    public static partial void EverythingRefused(this ILogger logger, string reason);

    [LoggerMessage(18, LogLevel.Warning, "A batch that could not be handled is held for {HeldMs:0} ms", EventName = nameof(BatchHeld))]
    public static partial void BatchHeld(this ILogger logger, double heldMs);

    [LoggerMessage(19, LogLevel.Warning, "{Key} could not be removed and stays: {Error}", EventName = nameof(ClaimLeft))]
    public static partial void ClaimLeft(this ILogger logger, string key, string error);

    [LoggerMessage(40, LogLevel.Warning, "The target bucket could not be listed for the page: {Error}", EventName = nameof(ListingFailed))]
    public static partial void ListingFailed(this ILogger logger, string error);

    [LoggerMessage(41, LogLevel.Information, "A person filed {Key} as {Target} (by: {By})", EventName = nameof(Decided))]
    public static partial void Decided(this ILogger logger, string key, string target, string? by);
}
