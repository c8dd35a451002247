using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Core.Batches;

/// <summary>Finds, among the uploads of a batch that failed, those that would fail for ever: they are put aside, so that the others need not come again with them.</summary>
public sealed class BlockedUploads(ObjectFaults faults, ILogger<BlockedUploads> logger)
{
    /// <summary>Marks the uploads whose fault is their own. What stops everything stays a failure, and the batch comes again.</summary>
    internal async Task FindAsync(Batch batch, IReadOnlyList<UploadWork> works, CancellationToken cancellationToken)
    {
        UploadWork[] refused = [.. works.Where(work => work.Failure?.Exception is StoreRefusedException)];
        if (refused.Length > 0)
        {
            HashSet<StoreRefusedException> own = await FindOwnAsync(batch, [.. refused.Select(Refusal)], cancellationToken).ConfigureAwait(false);
            foreach (UploadWork work in refused)
            {
                work.IsOwnFault = own.Contains(Refusal(work));
            }

            if (refused.FirstOrDefault(work => !work.IsOwnFault) is { } held)
            {
                logger.EverythingRefused(Refusal(held).Message);
            }
        }

        foreach (UploadWork work in works.Where(work => work is { IsOwnFault: true, Failure: not null }))
        {
            work.Blocked = work.Failure!.Exception.Message;
            work.Failure = null;
        }
    }

    private async Task<HashSet<StoreRefusedException>> FindOwnAsync(Batch batch, StoreRefusedException[] refused, CancellationToken cancellationToken)
    {
        try
        {
            return await batch.Retries.CallStoreAsync(
                "Probe", refused[0].Bucket, ct => faults.FindOwnAsync(refused, ct), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Nothing is known: all are held.
            return [];
        }
    }

    private static StoreRefusedException Refusal(UploadWork work) => (StoreRefusedException)work.Failure!.Exception;
}
