using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Batches;

/// <summary>Files pictures: says where each goes, claims that, moves it, and has it announced.</summary>
public sealed class MoveStage(
    PictureStore store, FilingClaims claims, PictureMove move, AnnounceStage announcing, IOptions<SortingOptions> sorting, TimeProvider time, ILogger<MoveStage> logger)
{
    /// <summary>The reason of <see cref="OutcomeStatus.AlreadySorted"/>.</summary>
    internal const string AlreadyFiled = "The picture was filed before.";

    /// <summary>What becomes of a file that no call copies.</summary>
    internal const string TooLargeToMove = "It is too large to be copied and stays where it is.";

    private const string SourceStays = "The picture is filed; its source stays, since the server refuses to delete it.";

    /// <summary>Files what is read and predicted of the part. A work that fails does not stop the others.</summary>
    /// <param name="batch">The invocation.</param>
    /// <param name="part">The uploads.</param>
    /// <param name="cancellationToken">Stops between two calls of the server.</param>
    internal async Task FileAsync(Batch batch, UploadWork[] part, CancellationToken cancellationToken)
    {
        foreach (UploadWork work in part.Where(work => !work.IsOver))
        {
            Plan(batch, work);
        }

        await Task.WhenAll(part.Where(work => !work.IsOver).GroupBy(work => work.ClaimKey).Select(works => ClaimAsync(batch, works, cancellationToken))).ConfigureAwait(false);
        await batch.ForEachAsync("move", part, (_, work, ct) => MoveAsync(batch, work, ct), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Says where a picture goes, as far as this invocation is concerned.</summary>
    private void Plan(Batch batch, UploadWork work)
    {
        Upload upload = work.Upload!;
        SourcePicture source = work.Source!;
        if (!PictureMove.CanMove(source))
        {
            batch.End(work, UploadOutcome.Of(upload, OutcomeStatus.Unreadable, $"{work.Unreadable} {TooLargeToMove}"));
            return;
        }

        work.Review = work.Prediction is { } answer ? ReviewReason.Find(work.Picture, answer, sorting.Value) : null;
        string place = FilingPlace.Of(work.Prediction, work.Review, sorting.Value.MinConfidence);
        work.Claim = new FilingClaim(
            upload.Bucket, upload.Key, source.ETag, place + sorting.Value.PathOf(upload),
            [.. work.Prediction is { } seen ? PictureLabels.Of(seen, work.Review) : PictureLabels.Of(work.Unreadable!), .. PictureLabels.Of(work.Message, upload.TraceParent)],
            // A picture that the event does not name has an event of its own, which comes later: until then the claim holds.
            work.Message.Origin is { } origin && upload.ETag == source.ETag ? origin.Offset : FilingClaim.OfNoOffset);
    }

    /// <summary>One claim for all pictures of the part that came from the same partition.</summary>
    private async Task ClaimAsync(Batch batch, IGrouping<string, UploadWork> works, CancellationToken cancellationToken)
    {
        UploadWork[] all = [.. works];
        try
        {
            (IReadOnlyList<FilingClaim> held, long since) = await batch.Retries.CallStoreAsync(
                "Claim", works.Key, ct => claims.ClaimAsync(works.Key, [.. all.Select(work => work.Claim!)], ct), cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < all.Length; i++)
            {
                // By HTTP repeating is common, and not to be told.
                all[i].MayBeFiled = all[i].Message.Origin is null || all[i].Source!.ReadAt <= since;
                if (all[i].Claim!.Target != held[i].Target)
                {
                    Adopt(all[i], held[i]);
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            foreach (UploadWork work in all)
            {
                Batch.Fail(work, e);
            }
        }
    }

    /// <summary>An earlier worker has said where the picture goes; so that is what it is, whatever was recognised now.</summary>
    private static void Adopt(UploadWork work, FilingClaim claim)
    {
        work.Claim = claim;
        work.IsAdopted = true;
        work.Prediction = PictureLabels.Read(claim.Labels);
        string? reason = claim.Labels.FirstOrDefault(label => label.Key == PictureLabels.Reason).Value;
        work.Unreadable = work.Prediction is null ? reason ?? "" : null;
        work.Review = work.Prediction is null ? null : reason;
    }

    private async Task MoveAsync(Batch batch, UploadWork work, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        Upload upload = work.Upload!;
        SourcePicture source = work.Source!;
        string target = work.Claim!.Target;
        if (work.MayBeFiled && await store.FindFiledAsync(source, batch.Retries, cancellationToken).ConfigureAwait(false) is { } filed)
        {
            MoveResult finished = await batch.Retries.CallStoreAsync("Finish", work.Name, ct => move.FinishAsync(source, ct), cancellationToken).ConfigureAwait(false);
            await ReleaseAsync(work, cancellationToken).ConfigureAwait(false);
            await announcing.AnnounceAsync(work, filed, cancellationToken).ConfigureAwait(false);
            batch.End(work, UploadOutcome.Of(upload, OutcomeStatus.AlreadySorted, finished == MoveResult.SourceStays ? SourceStays : AlreadyFiled, filed.Key));
            return;
        }

        MoveResult result = await batch.Retries.CallStoreAsync(
            "Move", work.Name, ct => move.MoveAsync(source, target, work.Claim.Labels, ct), cancellationToken).ConfigureAwait(false);
        await ReleaseAsync(work, cancellationToken).ConfigureAwait(false);
        if (result == MoveResult.Superseded)
        {
            batch.End(work, UploadOutcome.Of(upload, OutcomeStatus.Superseded, "A newer picture of its key has taken its place.", target));
            return;
        }

        await announcing.AnnounceAsync(work, cancellationToken).ConfigureAwait(false);
        OutcomeStatus status = result == MoveResult.AlreadyThere ? OutcomeStatus.AlreadySorted
            : target.StartsWith(FilingPlace.Review, StringComparison.Ordinal) ? OutcomeStatus.Review : OutcomeStatus.Sorted;
        UploadOutcome outcome = work.Prediction is { } prediction
            ? UploadOutcome.Of(upload, status, prediction, target) with { Predictions = work.IsAdopted ? null : prediction.Scores, Reason = work.Review }
            : UploadOutcome.Of(upload, OutcomeStatus.Unreadable, work.Unreadable, target);
        batch.End(work, result == MoveResult.SourceStays ? outcome with { Reason = $"{work.Unreadable ?? work.Review} {SourceStays}".TrimStart() } : outcome);
        logger.Timed(
            upload.Bucket, upload.Key, work.PreprocessTime.TotalMilliseconds, work.PredictTime.TotalMilliseconds,
            time.GetElapsedTime(start).TotalMilliseconds);
    }

    private async Task ReleaseAsync(UploadWork work, CancellationToken cancellationToken)
    {
        if (work.Message.Origin is null)
        {
            await claims.RemoveAsync(work.ClaimKey, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            claims.Release(work.ClaimKey, work.Claim!);
        }
    }
}
