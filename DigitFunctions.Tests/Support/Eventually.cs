namespace DigitFunctions.Tests.Support;

/// <summary>Waits for what other processes and threads will do, by asking again until a deadline.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The first answer that is not null.</summary>
    /// <exception cref="TimeoutException">There was none in time; the message says what was waited for.</exception>
    public static async Task<T> GetAsync<T>(string what, Func<Task<T?>> ask)
        where T : class
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(Pause);
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            try
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Within {Patience.TotalSeconds} s there was no {what}.");
            }
        }
    }

    /// <summary>Waits until a condition holds.</summary>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static Task TrueAsync(string what, Func<Task<bool>> ask) => GetAsync(what, async () => await ask() ? "true" : null);
}
