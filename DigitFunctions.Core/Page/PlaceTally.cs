namespace DigitFunctions.Core.Page;

/// <summary>How much lies in a place, and the newest of it: a few hundred entries, however many there are.</summary>
internal sealed class PlaceTally
{
    /// <summary>Newest entries that are kept.</summary>
    public const int Kept = 200;

    private readonly Lock _lock = new();
    private readonly SortedSet<FiledEntry> _newest = new(Comparer<FiledEntry>.Create(NewestFirst));
    private long _count;
    private bool _isWhole;

    /// <summary>Counts a part of a listing.</summary>
    public void Add(IReadOnlyList<FiledEntry> entries)
    {
        lock (_lock)
        {
            _count += entries.Count;
            foreach (FiledEntry entry in entries)
            {
                Keep(entry);
            }
        }
    }

    /// <summary>Notes that everything is counted.</summary>
    public void Complete()
    {
        lock (_lock)
        {
            _isWhole = true;
        }
    }

    /// <summary>Adds one that was filed after its part of the listing was read, unless it was seen.</summary>
    public void AddLate(FiledEntry entry)
    {
        lock (_lock)
        {
            FiledEntry? known = _newest.FirstOrDefault(one => one.Key == entry.Key);
            if (known is not null)
            {
                _newest.Remove(known);
            }
            else
            {
                _count++;
            }

            Keep(entry);
        }
    }

    /// <summary>Drops one that was moved away.</summary>
    public void Remove(string key)
    {
        lock (_lock)
        {
            _newest.RemoveWhere(one => one.Key == key);
            _count = Math.Max(0, _count - 1);
        }
    }

    /// <summary>Whether one is among the newest.</summary>
    public bool Holds(string key)
    {
        lock (_lock)
        {
            return _newest.Any(one => one.Key == key);
        }
    }

    /// <summary>What is known at this moment.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="most">At most so many of the newest.</param>
    public ColumnView View(string name, int most)
    {
        lock (_lock)
        {
            return new ColumnView(name, _count, _isWhole, [.. _newest.Take(most)]);
        }
    }

    private void Keep(FiledEntry entry)
    {
        _newest.Add(entry);
        if (_newest.Count > Kept)
        {
            _newest.Remove(_newest.Max!);
        }
    }

    private static int NewestFirst(FiledEntry one, FiledEntry other) =>
        other.Modified.CompareTo(one.Modified) is var later and not 0 ? later : string.CompareOrdinal(one.Key, other.Key);
}

/// <summary>A column of the overview.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">How many are in it, as far as they are counted.</param>
/// <param name="IsWhole">Whether all are counted.</param>
/// <param name="Newest">The newest of them, the last first.</param>
public sealed record ColumnView(string Name, long Count, bool IsWhole, IReadOnlyList<FiledEntry> Newest);
