using System.Text.Json.Serialization;
using DigitFunctions.Core.Batches;

namespace DigitFunctions.Core.Page;

/// <summary>A dead letter for people.</summary>
/// <param name="Key">Its key in the target bucket.</param>
/// <param name="Reason">Why the event was set aside, or why the letter cannot be read.</param>
public sealed record LetterView(string Key, string Reason)
{
    /// <summary>When it was set aside.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Topic, partition and offset of the record.</summary>
    public string? Origin { get; init; }

    /// <summary>The record's own time.</summary>
    public DateTimeOffset? RecordTime { get; init; }

    /// <summary>The record's key.</summary>
    public string? RecordKey { get; init; }

    /// <summary>The record's headers.</summary>
    public IReadOnlyList<LetterHeader> Headers { get; init; } = [];

    /// <summary>The record's value; <see langword="null"/> for a tombstone.</summary>
    public string? Value { get; init; }

    /// <summary>The pictures that the event announces.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>Whether the event can be read, and its picture is at fault.</summary>
    public bool IsBlocked { get; init; }

    /// <summary>Buckets of uploads that these settings do not sort.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> OtherBuckets { get; init; } = [];

    /// <summary>How often it failed when <see cref="DeadLetterRedrive"/> had it handled again.</summary>
    [JsonIgnore]
    public int Redriven { get; init; }
}

/// <summary>A header of the record.</summary>
public sealed record LetterHeader(string Name, string? Value);

/// <summary>What became of one dead letter that was handled again.</summary>
/// <param name="Key">Its key in the target bucket.</param>
/// <param name="Outcomes">What became of each upload that it announces.</param>
/// <param name="Fault">Why it is not handled yet; <see langword="null"/> where it is.</param>
/// <param name="IsRemoved">Whether the letter is gone.</param>
public sealed record LetterReplay(string Key, IReadOnlyList<UploadOutcome> Outcomes, string? Fault, bool IsRemoved)
{
    /// <summary>Whether the fault may pass by itself: S3 or the predictor was not reached.</summary>
    [JsonIgnore]
    public bool IsUnfinished { get; init; }
}

/// <summary>The newest dead letters.</summary>
/// <param name="Blocked">Of pictures that are blocked.</param>
/// <param name="Rejected">Of events that cannot be read.</param>
/// <param name="IsWhole">Whether these are all.</param>
internal sealed record LetterTally(IReadOnlyList<FiledEntry> Blocked, IReadOnlyList<FiledEntry> Rejected, bool IsWhole)
{
    /// <summary>Before anything is known.</summary>
    public static LetterTally None { get; } = new([], [], false);

    /// <summary>One of the two columns.</summary>
    public ColumnView View(string name, int most)
    {
        IReadOnlyList<FiledEntry> entries = name == PageColumn.Blocked ? Blocked : Rejected;
        return new ColumnView(name, entries.Count, IsWhole, [.. entries.Take(most)]);
    }
}
