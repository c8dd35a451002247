using System.Collections.Concurrent;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Batches;

/// <summary>Remembers what is handled of batches that come again, so that their rest alone costs calls.</summary>
/// <remarks>
/// A batch of hundreds of which one upload fails comes again whole. Without this memory each of the others would be read, not found, and looked for in its twelve places:
/// on a server that answers badly these calls would use up the retry budget that the rest needs. It is a memory of this process alone, and nothing depends on it.
/// </remarks>
public sealed class HandledRecords
{
    // Several batches of host.json's maxBatchSize; a partition that another process took over leaves its entries behind.
    private const int Most = 10_000;

    private readonly ConcurrentDictionary<(string Topic, int Partition, long Offset, Upload Upload), UploadOutcome> _outcomes = new();

    /// <summary>Ends the works that were handled when they came before.</summary>
    internal void Recall(IReadOnlyList<UploadWork> works)
    {
        foreach (UploadWork work in _outcomes.IsEmpty ? [] : works)
        {
            if (KeyOf(work) is { } key && _outcomes.TryGetValue(key, out UploadOutcome? outcome))
            {
                work.Outcome = outcome;
            }
        }
    }

    /// <summary>Takes note of how a batch ended: one that failed will come again, one that did not will not.</summary>
    internal void Note(IReadOnlyList<UploadWork> works)
    {
        if (_outcomes.Count > Most)
        {
            _outcomes.Clear();
        }

        bool comesAgain = works.Any(work => work.Failure is not null);
        foreach (UploadWork work in works)
        {
            if (KeyOf(work) is not { } key)
            {
                continue;
            }

            if (comesAgain && work.Outcome is { } outcome)
            {
                _outcomes[key] = outcome;
            }
            else if (!comesAgain)
            {
                _outcomes.TryRemove(key, out _);
            }
        }
    }

    /// <returns><see langword="null"/> for what does not come again by itself.</returns>
    private static (string, int, long, Upload)? KeyOf(UploadWork work) =>
        (work.Message.Origin, work.Upload) is ({ } origin, { } upload) ? (origin.Topic, origin.Partition, origin.Offset, upload) : null;
}
