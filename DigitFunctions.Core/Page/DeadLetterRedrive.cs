using System.Globalization;
using System.Runtime.CompilerServices;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Core.Page;

/// <summary>Has the dead letters of a prefix handled again, one after the other in the order of their keys.</summary>
/// <remarks>
/// A run makes no letters: what fails again stays the letter that it is (<see cref="DeadLetterBox"/>). How often a letter failed again is kept in its metadata,
/// so that runs that are repeated, by a timer for one, do not try hopeless letters for ever.
/// </remarks>
public sealed class DeadLetterRedrive(DeadLetterBox letters, TargetListing listing)
{
    /// <summary>So often a letter is tried, unless it is tried all the same.</summary>
    public const int MostTries = 3;

    /// <summary>Tries the letters and tells of each what became of it. It ends early where something stays unreachable: the others would only wait.</summary>
    /// <param name="request">Which, and how.</param>
    /// <param name="cancellationToken">Stops between two letters.</param>
    /// <exception cref="StoreRefusedException">The server refuses a call.</exception>
    /// <exception cref="Amazon.S3.AmazonS3Exception">The server failed.</exception>
    public async IAsyncEnumerable<RedrivenLetter> RunAsync(RedriveRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int tried = 0;
        string? next = null;
        do
        {
            ListingPart part = await listing.ListAsync(request.Prefix, next, TargetListing.MostEntries, cancellationToken).ConfigureAwait(false);
            foreach (FiledEntry entry in part.Entries.Where(entry => !entry.Key.EndsWith('/')))
            {
                if (await RedriveAsync(entry.Key, request, cancellationToken).ConfigureAwait(false) is not { } letter)
                {
                    continue;
                }

                yield return letter;
                tried += letter.Status is RedriveStatus.Handled or RedriveStatus.Failed or RedriveStatus.ToBeTried ? 1 : 0;
                if (tried == request.Most || letter.Status == RedriveStatus.Unreachable)
                {
                    yield break;
                }
            }

            next = part.Next;
        }
        while (next is not null);
    }

    /// <returns><see langword="null"/> where the letter is not meant, or gone.</returns>
    private async Task<RedrivenLetter?> RedriveAsync(string key, RedriveRequest request, CancellationToken cancellationToken)
    {
        if (!PageColumn.IsDeadLetter(key))
        {
            return new RedrivenLetter(key, RedriveStatus.Failed, [], "This cannot be a dead letter's key: it is too long, or holds a control character or a segment '.' or '..'.");
        }

        if (await letters.ReadAsync(key, cancellationToken).ConfigureAwait(false) is not { } letter
            || !letter.Reason.Contains(request.Reason, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        if (letter.OtherBuckets.Count > 0)
        {
            // Handled again here it would be skipped, and its letter would go.
            return new RedrivenLetter(key, RedriveStatus.Foreign, [], $"Uploads to {string.Join(", ", letter.OtherBuckets)} are not sorted with these settings; name the bucket in Sorting__SourceBuckets, as the functions have it.");
        }

        if (letter.Redriven >= MostTries && !request.IsForced)
        {
            return new RedrivenLetter(key, RedriveStatus.Exhausted, [], $"It failed {letter.Redriven.ToString(CultureInfo.InvariantCulture)} times. {letter.Reason}");
        }

        if (request.IsDryRun)
        {
            return new RedrivenLetter(key, RedriveStatus.ToBeTried, [], letter.Reason);
        }

        LetterReplay replay = (await letters.ReplayAsync([key], request.Removes, cancellationToken).ConfigureAwait(false))[0];
        if (replay is { Fault: not null, IsRemoved: true })
        {
            return null;
        }

        if (replay.Fault is null || replay.IsUnfinished)
        {
            return new RedrivenLetter(key, replay.IsUnfinished ? RedriveStatus.Unreachable : RedriveStatus.Handled, replay.Outcomes, replay.Fault) { IsRemoved = replay.IsRemoved };
        }

        await letters.CountFailureAsync(key, letter.Redriven + 1, cancellationToken).ConfigureAwait(false);
        return new RedrivenLetter(key, RedriveStatus.Failed, replay.Outcomes, replay.Fault);
    }
}

/// <summary>Which dead letters are handled again, and how.</summary>
/// <param name="Prefix">What their keys begin with.</param>
public sealed record RedriveRequest(string Prefix)
{
    /// <summary>A part of the recorded reason, in any case.</summary>
    /// <value>Empty by default: every reason.</value>
    public string Reason { get; init; } = "";

    /// <summary>Letters that are tried at most.</summary>
    /// <value>Without a limit by default.</value>
    public int Most { get; init; } = int.MaxValue;

    /// <summary>Whether letters that are handled now are removed.</summary>
    public bool Removes { get; init; }

    /// <summary>Whether nothing is done, only told.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Whether letters are tried that failed <see cref="DeadLetterRedrive.MostTries"/> times: their cause may be mended since.</summary>
    public bool IsForced { get; init; }
}

/// <summary>What became of a letter.</summary>
public enum RedriveStatus
{
    /// <summary>All its uploads are handled now.</summary>
    Handled,

    /// <summary>It failed again.</summary>
    Failed,

    /// <summary>It failed so often before that it was not tried.</summary>
    Exhausted,

    /// <summary>It is of a bucket that these settings do not name; it was not tried.</summary>
    Foreign,

    /// <summary>S3 or the predictor was not reached for long; this does not count as a try.</summary>
    Unreachable,

    /// <summary>It would be tried.</summary>
    ToBeTried,
}

/// <summary>What became of one dead letter.</summary>
/// <param name="Key">Its key in the target bucket.</param>
/// <param name="Status">In one word.</param>
/// <param name="Outcomes">What became of each upload that it announces.</param>
/// <param name="Reason">Why it is not handled; of one that would be tried, why it was set aside.</param>
public sealed record RedrivenLetter(string Key, RedriveStatus Status, IReadOnlyList<UploadOutcome> Outcomes, string? Reason)
{
    /// <summary>Whether the letter is gone.</summary>
    public bool IsRemoved { get; init; }
}
