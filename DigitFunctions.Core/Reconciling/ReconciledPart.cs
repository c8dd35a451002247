using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Reconciling;

/// <summary>What became of some objects that follow each other in a listing.</summary>
/// <param name="Bucket">Their bucket.</param>
/// <param name="Seen">How many they are.</param>
public sealed record ReconciledPart(string Bucket, int Seen)
{
    /// <summary>Objects that are too young.</summary>
    public int Young { get; init; }

    /// <summary>Folder markers, whose keys end in a slash.</summary>
    public int Markers { get; init; }

    /// <summary>Objects whose keys no event could announce either.</summary>
    public IReadOnlyList<RefusedObject> Refused { get; init; } = [];

    /// <summary>Uploads that no event was seen for.</summary>
    public IReadOnlyList<Upload> Waiting { get; init; } = [];

    /// <summary>What became of those; empty in a dry run.</summary>
    public IReadOnlyList<UploadOutcome> Outcomes { get; init; } = [];

    /// <summary>Those that could not be handled for now.</summary>
    public IReadOnlyList<UploadFailure> Failures { get; init; } = [];

    /// <summary>Where to go on; <see langword="null"/> behind the last object.</summary>
    public ReconcilePlace? Continuation { get; init; }

    /// <summary>Whether none of its uploads could be handled.</summary>
    public bool IsInVain => Failures.Count > 0 && Outcomes.Count == 0;

    /// <summary>Whether the run ends here, since S3 or the predictor stands in the way of everything.</summary>
    public bool IsGivenUp { get; init; }
}

/// <summary>An object that cannot be sorted.</summary>
/// <param name="Key">Its key, which may hold anything.</param>
/// <param name="Reason">What is wrong with it.</param>
public sealed record RefusedObject(string Key, string Reason);
