using DigitFunctions.Core.Retries;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>Says whether the consumer can read Kafka, and does: for probes.</summary>
/// <remarks>The worker does not poll, the host does. So the brokers are asked with the same settings, and whether records wait that nobody fetches.</remarks>
internal sealed class ConsumerHealth(KafkaLag lag, KafkaReading reading, IOptions<ProcessingOptions> processing, LongestStep longestStep, TimeProvider time)
{
    private readonly Lock _gate = new();
    private (long Committed, long At)? _progress;

    // Longer than an invocation takes, and then some: another consumer of the group may be at its longest batch.
    private TimeSpan Patience => processing.Value.Deadline + longestStep.Value + TimeSpan.FromMinutes(1);

    /// <summary>Answers in one line.</summary>
    /// <exception cref="IOException">The brokers cannot be asked, or records wait and nobody handles any.</exception>
    public async Task<string> CheckAsync(CancellationToken cancellationToken)
    {
        GroupLag found = await lag.AskAsync(cancellationToken).ConfigureAwait(false);
        TimeSpan still = StillFor(found);
        string waiting = $"{found.Total} records wait; {reading.LastBatch}";
        return found.Total > 0 && still >= Patience && reading.IdleSince is { } idle && time.GetElapsedTime(idle) >= Patience
            ? throw new IOException($"{waiting}, and the group has committed nothing for {still.TotalSeconds:0} s: nobody reads, though the brokers answer.")
            : $"The brokers answer: {waiting}.";
    }

    /// <summary>How long the group has not come further, as far as it was looked.</summary>
    private TimeSpan StillFor(GroupLag found)
    {
        lock (_gate)
        {
            if (_progress is not { } known || known.Committed != found.Committed || found.Total == 0)
            {
                _progress = (found.Committed, time.GetTimestamp());
            }

            return time.GetElapsedTime(_progress.Value.At);
        }
    }
}
