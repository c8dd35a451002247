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
    internal Task AnnounceAsync(UploadWork work, CancellationToken cancellationToken) => AnnounceAsync(
        work,
        () => new FiledPicture(work.Upload!, work.Source!.ETag, work.Source.LastModified, sorting.Value.TargetBucket, work.Claim!.Target)
        {
            Reason = work.Unreadable ?? work.Review,
        },
        work.Prediction,
        cancellationToken);

    /// <summary>Tells of a picture that an earlier delivery filed: it may not have come to this.</summary>
    /// <exception cref="IOException">It could not be told.</exception>
    internal Task AnnounceAsync(UploadWork work, FiledObject filed, CancellationToken cancellationToken) => AnnounceAsync(
        work,
        () => new FiledPicture(work.Upload!, filed.SourceETag ?? "", filed.SourceModified, sorting.Value.TargetBucket, filed.Key)
        {
            Reason = filed.Metadata[PictureLabels.Reason],
        },
        PictureLabels.Read(filed.Metadata),
        cancellationToken);

    private async Task AnnounceAsync(UploadWork work, Func<FiledPicture> describe, DigitPrediction? prediction, CancellationToken cancellationToken)
    {
        if (events is null)
        {
            return;
        }

        using Telemetry.Stage span = Telemetry.Begin("announce");
        FiledPicture picture = describe() with
        {
            Digit = prediction?.Digit,
            Confidence = prediction?.Confidence,
            Model = prediction?.Model,
            Cause = work.Upload!.EventId ?? work.Message.Origin?.Place,
        };
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
