using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Azure.Functions.Worker.Builder;

/// <summary>
/// What the stand-in builds in place of a worker: an application that, when started, says in one line that it has no way to talk to the Functions host,
/// and ends with exit code 1. Nothing of the application itself is started.
/// </summary>
internal sealed class UnhostableApplication(IHost host) : IHost
{
    public IServiceProvider Services => host.Services;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        string name = Services.GetRequiredService<IHostEnvironment>().ApplicationName;
        await Console.Error.WriteLineAsync(
            $"{name} was built with stand-ins for the Azure Functions packages, so the Functions host cannot run it. Run it with the local host instead: ./dev run");
        Environment.ExitCode = 1;
        Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public void Dispose() => host.Dispose();
}
