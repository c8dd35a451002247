using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Local;

/// <summary>The app's functions under the local host, with the app's own services.</summary>
internal sealed class LocalFunctions : IAsyncDisposable
{
    private readonly IHost _app;
    private readonly FunctionsHost _host;

    private LocalFunctions(IHost app, FunctionsHost host)
    {
        _app = app;
        _host = host;
    }

    /// <summary>Where the HTTP functions are reached.</summary>
    public string HttpUrl => _host.HttpUrl;

    /// <summary>Starts the functions and waits until they read from Kafka.</summary>
    /// <param name="configuration">The app's settings and those that the triggers name.</param>
    /// <param name="options">The host's own settings.</param>
    /// <param name="logging">Where it logs.</param>
    /// <param name="before">What is registered in place of the app's own.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<LocalFunctions> StartAsync(
        IConfiguration configuration, FunctionsHostOptions options, Action<ILoggingBuilder> logging, Action<IServiceCollection>? before, CancellationToken cancellationToken)
    {
        IHost app = LocalServices.ForFunctions(configuration, logging, before);
        HostJson hostJson = HostJson.Read(Path.Combine(AppContext.BaseDirectory, "host.json"), configuration);
        var host = new FunctionsHost(
            typeof(ClassifyFromKafka).Assembly, app.Services, configuration, hostJson, options, app.Services.GetRequiredService<ILoggerFactory>());
        var functions = new LocalFunctions(app, host);
        try
        {
            await app.StartAsync(cancellationToken);
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

    /// <summary>Drains the functions, then stops the app.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _app.StopAsync();
        _app.Dispose();
    }
}
