using DigitFunctions.Core.Events;
using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Results;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Batches;

/// <summary>Tells others of pictures that are filed: before the upload counts as handled, so that a crash in between has it told again rather than never.</summary>
/// <param name="sorting">Names the target bucket.</param>
/// <param name="events">Whom to tell; <see langword="null"/> where nobody wants to know.</param>
public sealed class AnnounceStage(IOptions<SortingOptions> sorting, IResultEvents? events = null)
{
    /// <summary>Whether anybody is told.</summary>
    internal bool IsWanted => events is not null;

    /// <summary>Tells of a picture that this invocation filed.</summary>
    /// <exception cref="IOException">It could not be told.</exception>
    internal Task AnnounceAsync(UploadWork work, CancellationToken cancellationToken) => events is null
        ? Task.CompletedTask
        : WriteAsync(events, Describe(work, work.Source!.ETag, work.Source.LastModified, work.Claim!.Target, work.Prediction, work.Unreadable ?? work.Review), cancellationToken);

    /// <summary>Tells of a picture that an earlier delivery filed: it may not have come to this.</summary>
    /// <exception cref="IOException">It could not be told.</exception>
    internal Task AnnounceAsync(UploadWork work, FiledObject filed, CancellationToken cancellationToken) => events is null
        ? Task.CompletedTask
        : WriteAsync(
            events, Describe(work, filed.SourceETag ?? "", filed.SourceModified, filed.Key, PictureLabels.Read(filed.Metadata), filed.Metadata[PictureLabels.Reason]), cancellationToken);

    private FiledPicture Describe(UploadWork work, string eTag, DateTimeOffset? written, string target, DigitPrediction? prediction, string? reason) =>
        new(work.Upload!, eTag, written, sorting.Value.TargetBucket, target)
        {
            Digit = prediction?.Digit,
            Confidence = prediction?.Confidence,
            Model = prediction?.Model,
            Reason = reason,
            Cause = work.Upload!.EventId ?? work.Message.Origin?.Place,
        };

    private static async Task WriteAsync(IResultEvents events, FiledPicture picture, CancellationToken cancellationToken)
    {
        using Telemetry.Stage span = Telemetry.Begin("announce");
        try
        {
            await events.WriteAsync(picture, cancellationToken).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            span.Fail(e);
            throw;
        }
    }
}
