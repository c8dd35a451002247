using System.Collections.Concurrent;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Core.Batches;

/// <summary>Ends the records of a batch that are no uploads, and the uploads that can never be handled, so that none of them is lost.</summary>
public sealed class RejectedEvents(DeadLetterStore deadLetters)
{
    /// <summary>Reasons that one dead letter tells.</summary>
    private const int MaxReasons = 10;

    /// <summary>
    /// Records that are no uploads end here, and so do blocked uploads: skipped, or kept as a dead letter where Kafka would otherwise lose them.
    /// An event has one dead letter, which holds it whole, however many of its records are at fault.
    /// </summary>
    internal async Task SetAsideAsync(Batch batch, IReadOnlyList<UploadWork> works, CancellationToken cancellationToken)
    {
        ILookup<EventMessage, UploadWork> faults = works
            .Where(work => work.Blocked is not null || (work.Upload is null && work.Notice.Kind != NoticeKind.Skipped))
            .ToLookup<UploadWork, EventMessage>(work => work.Message, ReferenceEqualityComparer.Instance);
        var letters = new ConcurrentDictionary<EventMessage, string>(ReferenceEqualityComparer.Instance);
        UploadWork[] fromKafka = [.. faults.Where(fault => fault.Key.Origin is not null).Select(fault => fault.First())];
        await batch.ForEachAsync("set aside", fromKafka, WriteDeadLetterAsync, cancellationToken).ConfigureAwait(false);

        foreach (UploadWork work in works)
        {
            string? letter = letters.GetValueOrDefault(work.Message);
            bool isKept = letter is not null || work.Message.Origin is null || work.Notice.Kind == NoticeKind.Skipped;
            if (work.Blocked is not null && isKept)
            {
                batch.End(work, UploadOutcome.Of(work.Upload!, OutcomeStatus.Blocked, work.Blocked, letter));
            }
            else if (work.Upload is null && isKept)
            {
                batch.End(work, UploadOutcome.Of(work.Notice) with { Target = work.Notice.Kind == NoticeKind.Skipped ? null : letter });
            }
        }

        async Task WriteDeadLetterAsync(int index, UploadWork work, CancellationToken ct)
        {
            string reason = Reason(faults[work.Message]);
            letters[work.Message] = await batch.Retries.CallStoreAsync(
                "Write dead letter", work.Name, token => deadLetters.WriteAsync(work.Message, reason, token), ct).ConfigureAwait(false);
        }
    }

    private static string Reason(IEnumerable<UploadWork> faults)
    {
        string[] reasons = [.. faults.Select(work => work.Blocked ?? work.Notice.Reason!).Distinct()];
        string first = string.Join(' ', reasons.Take(MaxReasons));
        return reasons.Length > MaxReasons ? $"{first} And {reasons.Length - MaxReasons} more." : first;
    }
}
