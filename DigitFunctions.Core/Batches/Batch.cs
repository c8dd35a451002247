using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Retries;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Core.Batches;

/// <summary>What the uploads of one invocation share: time, retries, concurrency, and the bookkeeping of how each ends.</summary>
/// <param name="budget">How long what fails for a while is tried again.</param>
/// <param name="deadline">How long anything is begun.</param>
/// <param name="places">One for each upload that may be read or moved at the same time, those of other invocations included.</param>
/// <param name="maxConcurrency">How many places there are.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told how each work ends.</param>
internal sealed class Batch(TimeSpan budget, TimeSpan deadline, SemaphoreSlim places, int maxConcurrency, TimeProvider time, ILogger logger)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>How long the invocation has taken until now.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>One budget for all steps of the invocation.</summary>
    public RetryBudget Retries { get; } = new(budget, deadline, places, time, logger);

    /// <summary>Does a stage for each work that is not over, some at the same time. A work that fails does not stop the others.</summary>
    /// <param name="stage">The stage's name, for <see cref="Telemetry"/>.</param>
    /// <param name="works">The works.</param>
    /// <param name="step">What the stage does for one of them, and its place among <paramref name="works"/>.</param>
    /// <param name="cancellationToken">Begins no more of them, and is passed on.</param>
    public Task ForEachAsync(
        string stage, IReadOnlyList<UploadWork> works, Func<int, UploadWork, CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = maxConcurrency, CancellationToken = cancellationToken };
        return Parallel.ForAsync(0, works.Count, parallel, async (i, ct) =>
        {
            UploadWork work = works[i];
            if (work.IsOver)
            {
                return;
            }

            using Telemetry.Stage span = Telemetry.Begin(stage, work.Upload);
            try
            {
                await step(i, work, ct).ConfigureAwait(false);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                span.Fail(e);
                Fail(work, e);
            }
        });
    }

    /// <summary>Ends a work well.</summary>
    public void End(UploadWork work, UploadOutcome outcome)
    {
        // The bytes go now: a batch may announce more pictures than memory holds.
        work.Source = null;
        work.Outcome = outcome with { ElapsedMs = time.GetElapsedTime(_start).TotalMilliseconds };
        Telemetry.Count(outcome);
        switch (outcome.Status)
        {
            case OutcomeStatus.Sorted or OutcomeStatus.Review:
                logger.Sorted(outcome.Bucket!, outcome.Key!, outcome.Target!, outcome.Digit!.Value, outcome.Confidence!.Value, outcome.Model!);
                break;
            case OutcomeStatus.Unreadable:
                logger.SetAside(outcome.Bucket!, outcome.Key!, outcome.Target, outcome.Reason);
                break;
            case OutcomeStatus.Blocked:
                logger.Blocked(work.Name, outcome.Target, outcome.Reason);
                break;
            case OutcomeStatus.Rejected:
                logger.EventRejected(outcome.Target, outcome.Reason);
                break;
            default:
                logger.NothingToDo(outcome.Bucket, outcome.Key, outcome.Status, outcome.Reason);
                break;
        }
    }

    /// <summary>Ends a work for this invocation; whether it comes again or is put aside is decided when all have ended.</summary>
    public static void Fail(UploadWork work, Exception exception)
    {
        work.Source = null;
        work.Failure = new UploadFailure(work.Name, exception);
    }

    /// <summary>The outcomes of all, where all ended well.</summary>
    /// <exception cref="UnfinishedBatchException">Some did not.</exception>
    public IReadOnlyList<UploadOutcome> Finish(IReadOnlyList<UploadWork> works)
    {
        foreach (UploadFailure failure in works.Select(work => work.Failure).OfType<UploadFailure>())
        {
            logger.Unfinished(failure.Exception, failure.Name);
        }

        UploadOutcome[] outcomes = [.. works.Select(work => work.Outcome).OfType<UploadOutcome>()];
        UploadFailure[] failures = [.. works.Select(work => work.Failure).OfType<UploadFailure>()];
        return failures.Length == 0 ? outcomes : throw new UnfinishedBatchException(outcomes, failures);
    }
}
