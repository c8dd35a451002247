using System.Collections.Concurrent;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Core.Page;

/// <summary>Knows what lies in the target bucket while somebody looks at it: counts, and the newest of each column.</summary>
/// <remarks>
/// S3 lists by key and not by time, so that the newest are known only when all were listed. A walk over the whole listing counts, and keeps no more than
/// <see cref="PlaceTally.Kept"/> entries a column. The first look does not wait for its end: it is told what is counted so far, and that more is coming.
/// Afterwards a walk begins again a while after the last one ended, a longer while after a longer walk; what is filed meanwhile is known from the claims
/// that are written before pictures are filed (<see cref="ClaimFeed"/>). Where nobody looks, nothing is listed.
/// </remarks>
public sealed class FiledOverview(TargetListing listing, ClaimFeed feed, DeadLetterBox letters, TimeProvider time, ILogger<FiledOverview> logger)
{
    private const int FirstPause = 4;
    private const int FirstEntries = 100;
    private const int MostLearned = 1000;

    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = 4 };

    private static readonly TimeSpan FirstPatience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(700);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly List<(FiledEntry? Filed, string? Left)> _learned = [];
    private Dictionary<string, PlaceTally> _shown = Fresh();
    private LetterTally _letters = LetterTally.None;
    private Task _walk = Task.CompletedTask;
    private Task _feeding = Task.CompletedTask;
    private TimeSpan _rest;
    private long _walked;
    private long _fed;
    private bool _isFirst = true;
    private string? _fault;

    /// <summary>What lies where, at this moment or at most a moment ago.</summary>
    /// <param name="newest">So many of the newest of each column; at most <see cref="PlaceTally.Kept"/> are known.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<OverviewView> LookAsync(int newest, CancellationToken cancellationToken)
    {
        TimeSpan patience;
        Task walk, feeding;
        lock (_lock)
        {
            if (_walk.IsCompleted && (_walked == 0 || time.GetElapsedTime(_walked) >= _rest))
            {
                _learned.Clear();
                _walk = Task.Run(WalkAsync, CancellationToken.None);
            }

            if (_feeding.IsCompleted && (_fed == 0 || time.GetElapsedTime(_fed) >= ShortestRest))
            {
                _feeding = Task.Run(FeedAsync, CancellationToken.None);
            }

            (walk, feeding, patience) = (_walk, _feeding, _isFirst ? FirstPatience : Patience);
        }

        await Task.WhenAny(Task.WhenAll(walk, feeding), Task.Delay(patience, time, cancellationToken)).ConfigureAwait(false);
        lock (_lock)
        {
            return new OverviewView(
                [
                    .. FilingPlace.All.Select(place => _shown[place].View(PageColumn.NameOf(place), newest)),
                    _letters.View(PageColumn.Blocked, newest),
                    _letters.View(PageColumn.DeadLetter, newest),
                ],
                _fault);
        }
    }

    /// <summary>Takes note of a picture that this process has moved, so that the next look shows it.</summary>
    internal void Moved(string from, FiledEntry to)
    {
        Learn(null, from);
        Learn(to, null);
    }

    private void Learn(FiledEntry? filed, string? left)
    {
        lock (_lock)
        {
            if (_learned.Count < MostLearned)
            {
                _learned.Add((filed, left));
            }

            Apply(_shown, filed, left);
        }
    }

    private static void Apply(Dictionary<string, PlaceTally> tallies, FiledEntry? filed, string? left)
    {
        if (PageColumn.TrySplit(filed?.Key, out string? place, out _))
        {
            tallies[place].AddLate(filed!);
        }

        if (PageColumn.TrySplit(left, out place, out _))
        {
            tallies[place].Remove(left!);
        }
    }

    private async Task WalkAsync()
    {
        long start = time.GetTimestamp();
        Dictionary<string, PlaceTally> fresh = Fresh();
        lock (_lock)
        {
            _shown = _isFirst ? fresh : _shown;
        }

        string? fault = null;
        LetterTally? found = null;
        try
        {
            Task<LetterTally> counting = letters.CountAsync(CancellationToken.None);

            // A little of every place first: who looks for the first time sees something in each column at once.
            var begun = new ConcurrentDictionary<string, string?>();
            await Parallel.ForEachAsync(FilingPlace.All, Parallelism, async (place, ct) => begun[place] = await CountPartAsync(place, fresh[place], null, FirstEntries, ct).ConfigureAwait(false)).ConfigureAwait(false);
            foreach (string place in FilingPlace.All)
            {
                await CountRestAsync(place, fresh[place], begun[place]).ConfigureAwait(false);
            }

            found = await counting.ConfigureAwait(false);
        }
        catch (Exception e) when (PageFault.IsOfStore(e))
        {
            fault = e.Message;
            logger.ListingFailed(e.Message);
        }

        lock (_lock)
        {
            TimeSpan took = time.GetElapsedTime(start);
            _fault = fault;
            _walked = time.GetTimestamp();
            _rest = Rest(took);
            if (fault is null)
            {
                // What was filed or moved behind the walk's back: it may have seen it or not.
                foreach ((FiledEntry? filed, string? left) in _isFirst ? [] : _learned)
                {
                    Apply(fresh, filed, left is not null && fresh.Values.Any(tally => tally.Holds(left)) ? left : null);
                }

                (_shown, _letters, _isFirst) = (fresh, found!, false);
            }
        }
    }

    /// <summary>
    /// Part by part, with a pause as long as each took: those who look want their pictures meanwhile, and workers are to sort. The first time all thumbnails are
    /// asked for at once, and the pauses are longer.
    /// </summary>
    private async Task CountRestAsync(string place, PlaceTally tally, string? next)
    {
        int pause = _isFirst ? FirstPause : 1;
        while (next is not null)
        {
            long start = time.GetTimestamp();
            next = await CountPartAsync(place, tally, next, TargetListing.MostEntries, CancellationToken.None).ConfigureAwait(false);
            await Task.Delay(pause * time.GetElapsedTime(start), time).ConfigureAwait(false);
        }
    }

    /// <returns>Gives the next part; <see langword="null"/> where there is none.</returns>
    private async Task<string?> CountPartAsync(string place, PlaceTally tally, string? next, int most, CancellationToken cancellationToken)
    {
        ListingPart part = await listing.ListAsync(place, next, most, cancellationToken).ConfigureAwait(false);
        tally.Add(part.Entries);
        if (part.Next is null)
        {
            tally.Complete();
        }

        return part.Next;
    }

    private async Task FeedAsync()
    {
        try
        {
            foreach (FiledEntry entry in await feed.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            {
                Learn(entry, null);
            }
        }
        catch (Exception e) when (PageFault.IsOfStore(e))
        {
            logger.ListingFailed(e.Message);
        }
        finally
        {
            lock (_lock)
            {
                _fed = time.GetTimestamp();
            }
        }
    }

    /// <summary>A long walk is dear: it is repeated less often.</summary>
    private static TimeSpan Rest(TimeSpan took)
    {
        TimeSpan rest = took < ShortestRest ? ShortestRest : 4 * took;
        return rest < LongestRest ? rest : LongestRest;
    }

    private static Dictionary<string, PlaceTally> Fresh() => FilingPlace.All.ToDictionary(place => place, _ => new PlaceTally());
}

/// <summary>What lies in the target bucket.</summary>
/// <param name="Columns">In the order of <see cref="PageColumn.All"/>.</param>
/// <param name="Fault">Why nothing newer is known; <see langword="null"/> where all is well.</param>
public sealed record OverviewView(IReadOnlyList<ColumnView> Columns, string? Fault);
