using DigitFunctions.Core.Batches;

namespace DigitFunctions.Core.Reconciling;

/// <summary>What became of the objects of many parts, in numbers.</summary>
public sealed class ReconcileCounts
{
    private readonly int[] _outcomes = new int[Enum.GetValues<OutcomeStatus>().Length];

    /// <summary>Objects in the listing.</summary>
    public long Seen { get; private set; }

    /// <summary>Objects that are too young.</summary>
    public long Young { get; private set; }

    /// <summary>Folder markers.</summary>
    public long Markers { get; private set; }

    /// <summary>Objects whose keys no event could announce.</summary>
    public long Refused { get; private set; }

    /// <summary>Uploads that waited for an event.</summary>
    public long Waiting { get; private set; }

    /// <summary>Uploads that could not be handled for now.</summary>
    public long Failed { get; private set; }

    /// <summary>How many uploads ended so.</summary>
    public int this[OutcomeStatus status] => _outcomes[(int)status];

    /// <summary>Adds a part.</summary>
    public void Add(ReconciledPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        Seen += part.Seen;
        Young += part.Young;
        Markers += part.Markers;
        Refused += part.Refused.Count;
        Waiting += part.Waiting.Count;
        Failed += part.Failures.Count;
        foreach (UploadOutcome outcome in part.Outcomes)
        {
            _outcomes[(int)outcome.Status]++;
        }
    }
}
