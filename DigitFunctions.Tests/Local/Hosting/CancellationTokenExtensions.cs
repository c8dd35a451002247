namespace DigitFunctions.Tests.Local.Hosting;

internal static class CancellationTokenExtensions
{
    /// <summary>Ends, without an exception, when the token is cancelled.</summary>
    public static async Task WhenCancelledAsync(this CancellationToken cancellationToken)
    {
        TaskCompletionSource cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(cancelled.SetResult);
        await cancelled.Task;
    }
}
