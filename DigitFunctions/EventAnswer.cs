using System.Net;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions;

/// <summary>What an HTTP caller is told of the event that it sent, in whatever shape.</summary>
/// <param name="Status">200 exactly where there is no fault. Never 404, 408, 409 or 429: Knative repeats those, and a permanent fault would come again and again.</param>
/// <param name="Reason">The gravest fault, for a person; <see langword="null"/> where there is none.</param>
/// <param name="Outcomes">What became of each upload that is over.</param>
internal sealed record EventAnswer(HttpStatusCode Status, string? Reason, IReadOnlyList<UploadOutcome> Outcomes)
{
    private static readonly TimeSpan DefaultRetryAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    /// <summary>The faults of an event, the gravest first.</summary>
    private static readonly (HttpStatusCode Status, Func<UploadOutcome, bool> Applies)[] Faults =
    [
        (HttpStatusCode.UnsupportedMediaType, outcome => outcome.Notice == NoticeKind.UnsupportedFormat),
        (HttpStatusCode.BadRequest, outcome => outcome.Notice == NoticeKind.Rejected),
        (HttpStatusCode.UnprocessableEntity, outcome => outcome.Notice == NoticeKind.Refused || IsOfPicture(outcome)),
    ];

    /// <summary>When the caller may try again; for 503.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the caller is told of a fault.</summary>
    public bool IsFault => Status != HttpStatusCode.OK;

    /// <summary>The answer where every upload is over: 200 where every event could be read and every picture used.</summary>
    public static EventAnswer Of(IReadOnlyList<UploadOutcome> outcomes)
    {
        foreach ((HttpStatusCode status, Func<UploadOutcome, bool> applies) in Faults)
        {
            if (outcomes.FirstOrDefault(applies) is { } fault)
            {
                return new EventAnswer(status, IsOfPicture(fault) ? $"{fault.Bucket}/{fault.Key}: {fault.Reason}" : fault.Reason, outcomes);
            }
        }

        return new EventAnswer(HttpStatusCode.OK, null, outcomes);
    }

    /// <summary>The answer where something stayed unreachable: the same request may succeed later.</summary>
    public static EventAnswer Of(UnfinishedBatchException fault)
    {
        TimeSpan asked = fault.Failures.Max(failure => (failure.Exception as PredictorUnavailableException)?.RetryAfter) ?? DefaultRetryAfter;
        return new EventAnswer(HttpStatusCode.ServiceUnavailable, fault.Message, fault.Outcomes)
        {
            RetryAfter = asked < LongestRetryAfter ? asked : LongestRetryAfter,
        };
    }

    private static bool IsOfPicture(UploadOutcome outcome) => outcome.Status is OutcomeStatus.Unreadable or OutcomeStatus.Blocked;
}
