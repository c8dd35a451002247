namespace DigitFunctions.Core.Observability;

/// <summary>A question whose answer all who ask at about the same time share, so that frequent probes cost nothing.</summary>
/// <param name="name">What is asked.</param>
/// <param name="ask">Answers in one line; throws where something is wrong, with a message for people.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedCheck(string name, Func<CancellationToken, Task<string>> ask, TimeProvider time)
{
    /// <summary>How long an answer is repeated, counted from when it was asked for.</summary>
    public static readonly TimeSpan Freshness = TimeSpan.FromSeconds(5);

    /// <summary>How long an answer is waited for.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private Task<HealthFinding>? _finding;
    private long _asked;

    /// <summary>The answer: the last one where it is fresh, the one that is under way, or that of another try.</summary>
    public Task<HealthFinding> AskAsync()
    {
        lock (_gate)
        {
            if (_finding is null || (_finding.IsCompleted && time.GetElapsedTime(_asked) >= Freshness))
            {
                _asked = time.GetTimestamp();
                // On another thread: a question may take its time before it first waits.
                _finding = Task.Run(FindAsync);
            }

            return _finding;
        }
    }

    private async Task<HealthFinding> FindAsync()
    {
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            return new HealthFinding(name, Healthy: true, await ask(limit.Token).WaitAsync(limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return new HealthFinding(name, Healthy: false, $"There was no answer within {Limit.TotalSeconds} s.");
        }
        catch (Exception e)
        {
            return new HealthFinding(name, Healthy: false, e.Message);
        }
    }
}
