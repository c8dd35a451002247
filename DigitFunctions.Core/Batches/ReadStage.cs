using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Batches;

/// <summary>Reads the picture of an upload and transforms it, or tells that there is nothing left to do for it.</summary>
public sealed class ReadStage(PictureStore store, FilingClaims claims, AnnounceStage announcing, IOptions<ImagingOptions> imaging, TimeProvider time)
{
    /// <summary>Gives the work its source and fills its tensor; ends it where the picture is filed, superseded or missing.</summary>
    /// <param name="batch">The invocation.</param>
    /// <param name="work">The upload.</param>
    /// <param name="tensor">784 floats.</param>
    /// <param name="cancellationToken">Stops between two calls of the server.</param>
    internal async Task ReadAsync(Batch batch, UploadWork work, Memory<float> tensor, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        Upload upload = work.Upload!;
        work.Source = await batch.Retries.CallStoreAsync("Read", work.Name, ct => store.ReadAsync(upload, ct), cancellationToken).ConfigureAwait(false);
        if (work.Source is null)
        {
            FiledState filed = await store.FindFiledAsync(upload, batch.Retries, cancellationToken).ConfigureAwait(false);
            if (filed.Status == OutcomeStatus.Missing)
            {
                // Nothing would look for it again: both its absences are asked for once more, of answers that have a word for it.
                work.Source = await batch.Retries.CallStoreAsync("Confirm", work.Name, ct => store.ConfirmMissingAsync(upload, ct), cancellationToken).ConfigureAwait(false);
            }

            if (work.Source is null)
            {
                if (work.Message.Origin is { } origin)
                {
                    claims.ReleaseGone(origin, upload);
                }

                if (filed is { Status: OutcomeStatus.AlreadySorted, Picture: { } picture })
                {
                    await announcing.AnnounceAsync(work, picture, cancellationToken).ConfigureAwait(false);
                }

                batch.End(work, UploadOutcome.Of(upload, filed.Status, ReasonOf(filed), filed.Key));
                return;
            }
        }

        SourcePicture source = work.Source;
        if (announcing.IsWanted && upload.ETag is not null && upload.ETag != source.ETag
            && await store.FindFiledAsync(upload, batch.Retries, cancellationToken).ConfigureAwait(false) is { Status: OutcomeStatus.AlreadySorted, Picture: { } earlier })
        {
            // Filed by a worker that ended before it told so, and overwritten since: another picture is handled in its event's place.
            await announcing.AnnounceAsync(work, earlier, cancellationToken).ConfigureAwait(false);
        }

        try
        {
            if (source.Content is not { } content)
            {
                throw new UnreadablePictureException(TooLarge(source, imaging.Value));
            }

            using Telemetry.Stage span = Telemetry.Begin("transform");
            work.Picture = await ImageTransform.TransformAsync(content, imaging.Value, tensor, cancellationToken).ConfigureAwait(false);
        }
        catch (UnreadablePictureException e)
        {
            work.Unreadable = e.Message;
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // A defect, of ours or of the decoder: these bytes will meet it again.
            work.IsOwnFault = true;
            throw;
        }

        work.PreprocessTime = time.GetElapsedTime(start);
    }

    /// <summary>Why a picture is not read whole.</summary>
    internal static string TooLarge(SourcePicture source, ImagingOptions imaging) => $"The file has {source.Size} bytes; at most {imaging.MaxBytes} are read (Imaging__MaxBytes).";

    /// <summary>What it means that an upload is no longer in its bucket.</summary>
    internal static string ReasonOf(FiledState filed) => filed.Status switch
    {
        OutcomeStatus.AlreadySorted => MoveStage.AlreadyFiled,
        OutcomeStatus.Superseded => "The picture is gone, and another one of its key is filed.",
        _ => "There is no such object, and no picture of its key is filed.",
    };
}
