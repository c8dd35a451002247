namespace DigitFunctions.Local.Commands;

/// <summary>Waits for Ctrl-C or SIGTERM.</summary>
internal static class Stopped
{
    /// <summary>Returns when the command is to stop, which is its good end.</summary>
    public static Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
