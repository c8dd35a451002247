using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Local;

/// <summary>The app's functions under the local host, in the worker process that any Functions host would start.</summary>
internal sealed class LocalFunctions : IAsyncDisposable
{
    /// <summary>The path of the page for people.</summary>
    public const string HomePath = "/api/page";

    private readonly ServiceProvider _services;
    private readonly FunctionsHost _host;

    private LocalFunctions(ServiceProvider services, FunctionsHost host)
    {
        _services = services;
        _host = host;
    }

    /// <summary>Where the HTTP functions are reached.</summary>
    public string HttpUrl => _host.HttpUrl;

    /// <summary>The worker's process id; another one after a restart.</summary>
    public int? WorkerProcessId => _host.WorkerProcessId;

    /// <summary>Starts the functions and waits until they read from Kafka.</summary>
    /// <param name="settings">The app's settings by name, as environment variables are written.</param>
    /// <param name="options">The host's own settings.</param>
    /// <param name="logging">Where host and worker log.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<LocalFunctions> StartAsync(
        IReadOnlyDictionary<string, string> settings, FunctionsHostOptions options, Action<ILoggingBuilder> logging, CancellationToken cancellationToken)
    {
        ServiceProvider services = new ServiceCollection().AddLogging(logging).BuildServiceProvider();
        var host = new FunctionsHost(FunctionsApp.Built(), settings, options, services.GetRequiredService<ILoggerFactory>());
        var functions = new LocalFunctions(services, host);
        try
        {
            await host.StartAsync(cancellationToken);
            await host.ReadyAsync(cancellationToken);
            return functions;
        }
        catch
        {
            await functions.DisposeAsync();
            throw;
        }
    }

    /// <summary>Drains the functions, then ends the worker.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _services.DisposeAsync();
    }
}
