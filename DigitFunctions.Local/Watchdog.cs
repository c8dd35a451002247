using System.Diagnostics;

namespace DigitFunctions.Local;

/// <summary>Ends a process when this one is gone, however it ended: a child does not notice that by itself.</summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private readonly Process? _process;

    private Watchdog(Process? process) => _process = process;

    /// <summary>Watches over a child.</summary>
    public static Watchdog Over(Process child) => new(OperatingSystem.IsWindows() ? null : Process.Start(
        // Its stdin ends with this process.
        new ProcessStartInfo("sh", ["-c", $"cat >/dev/null; kill -9 {child.Id}"]) { RedirectStandardInput = true, RedirectStandardError = true }));

    /// <summary>Watches no more. To be called once the child has ended: from then on its id may be another process's.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            // Before its stdin is closed.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
