using DigitFunctions.Core.Retries;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Batches;

/// <summary>Holds batches of Kafka's that are thrown, for some seconds, longer each time: the host gives them again at once, and nothing is to spin.</summary>
public sealed class HeldBatches(IOptions<ProcessingOptions> processing, TimeProvider time, ILogger<HeldBatches> logger)
{
    private const int LongestHoldSeconds = 30;

    /// <summary>Batches in a row that could not be handled.</summary>
    private int _held;

    /// <summary>Ends a batch: answers its outcomes, or throws once its rest is over.</summary>
    /// <exception cref="UnfinishedBatchException">Some works did not end well.</exception>
    internal async Task<IReadOnlyList<UploadOutcome>> FinishAsync(Batch batch, UploadWork[] works, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<UploadOutcome> outcomes = batch.Finish(works);
            _held = 0;
            return outcomes;
        }
        catch (UnfinishedBatchException) when (works.Any(work => work.Failure is not null && work.Message.Origin is not null))
        {
            TimeSpan rest = TimeSpan.FromSeconds(Math.Min(1 << Math.Min(_held++, 10), LongestHoldSeconds)) - batch.Elapsed;
            TimeSpan left = processing.Value.Deadline - batch.Elapsed;
            rest = rest < left ? rest : left;
            if (rest > TimeSpan.Zero)
            {
                logger.BatchHeld(rest.TotalMilliseconds);
                await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
            }

            throw;
        }
    }
}
