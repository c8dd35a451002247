namespace DigitFunctions.Core.Observability;

/// <summary>A value that takes a while to learn, for gauges, whose readers cannot wait: they see what was learnt last, and have it asked for again where that is old.</summary>
/// <typeparam name="T">What is learnt.</typeparam>
/// <param name="ask">Learns it; where it throws, nothing is known.</param>
/// <param name="freshness">How old it may be before it is asked for again; known it stays three times as long.</param>
/// <param name="time">The clock.</param>
internal sealed class WatchedValue<T>(Func<CancellationToken, Task<T>> ask, TimeSpan freshness, TimeProvider time)
    where T : class
{
    private const int Lives = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private Task _asking = Task.CompletedTask;
    private long? _asked;
    private (T Value, long Learnt)? _known;

    /// <summary>What was learnt last; <see langword="null"/> where that is nothing, or too long ago to be true.</summary>
    public T? Read()
    {
        lock (_gate)
        {
            if (_asking.IsCompleted && (_asked is not { } asked || time.GetElapsedTime(asked) >= freshness))
            {
                _asked = time.GetTimestamp();
                _asking = Task.Run(LearnAsync);
            }

            return _known is { } known && time.GetElapsedTime(known.Learnt) < Lives * freshness ? known.Value : null;
        }
    }

    private async Task LearnAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        T? value = null;
        try
        {
            value = await ask(limit.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Nobody is there to tell it to: a gauge without a value is the message, and probes say the reason.
        }

        lock (_gate)
        {
            _known = value is null ? null : (value, time.GetTimestamp());
        }
    }
}
