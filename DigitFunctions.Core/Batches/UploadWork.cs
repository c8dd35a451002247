using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Core.Batches;

/// <summary>One record of a batch on its way through the pipeline.</summary>
/// <param name="notice">What the event says.</param>
/// <param name="message">The event it came in.</param>
internal sealed class UploadWork(UploadNotice notice, EventMessage message)
{
    public UploadNotice Notice { get; } = notice;

    public EventMessage Message { get; } = message;

    /// <summary>Set exactly for uploads that are to be sorted.</summary>
    public Upload? Upload { get; init; }

    /// <summary>Where it goes: as this invocation would have it, and once it is claimed as the claim says.</summary>
    public FilingClaim? Claim { get; set; }

    /// <summary>Whether the claim, and so the prediction, is an earlier worker's.</summary>
    public bool IsAdopted { get; set; }

    /// <summary>Whether another worker may have finished it meanwhile.</summary>
    public bool MayBeFiled { get; set; }

    public SourcePicture? Source { get; set; }

    /// <summary>Why the file is no picture of a digit; <see langword="null"/> where it is one.</summary>
    public string? Unreadable { get; set; }

    /// <summary>What the transform found beside the tensor.</summary>
    public TransformedPicture Picture { get; set; }

    public DigitPrediction? Prediction { get; set; }

    /// <summary>Why a person is to look at it; <see langword="null"/> where that needs no reason.</summary>
    public string? Review { get; set; }

    public UploadOutcome? Outcome { get; set; }

    public UploadFailure? Failure { get; set; }

    /// <summary>Whether the failure can come from nothing but this upload: the same again would fail again.</summary>
    public bool IsOwnFault { get; set; }

    /// <summary>Why it can never be handled as it is, although the event could be read; <see langword="null"/> where it can.</summary>
    public string? Blocked { get; set; }

    public TimeSpan PreprocessTime { get; set; }

    public TimeSpan PredictTime { get; set; }

    /// <summary>Nothing is left to do, or nothing more can be done in this invocation.</summary>
    public bool IsOver => Outcome is not null || Failure is not null;

    /// <summary>The object in which its claim lies.</summary>
    public string ClaimKey => Claim!.ObjectKeyFor(Message.Origin);

    /// <summary>How logs and failures call it.</summary>
    public string Name => (Upload, Message.Origin) switch
    {
        ({ } upload, _) => $"{upload.Bucket}/{upload.Key}",
        (null, { } origin) => origin.Place,
        _ => "the event",
    };

    /// <summary>
    /// Splits the uploads of a batch so that each round holds a key at most once: uploads of one key are handled in the order in which
    /// they came, those of different keys at the same time.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<UploadWork>> Rounds(IEnumerable<UploadWork> works)
    {
        var seen = new Dictionary<(string Bucket, string Key), int>();
        var rounds = new List<List<UploadWork>>();
        foreach (UploadWork work in works)
        {
            if (work.Upload is not { } upload)
            {
                continue;
            }

            int round = seen.GetValueOrDefault((upload.Bucket, upload.Key));
            seen[(upload.Bucket, upload.Key)] = round + 1;
            if (round == rounds.Count)
            {
                rounds.Add([]);
            }

            rounds[round].Add(work);
        }

        return rounds;
    }
}
