using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// Runs a published functions app on this machine, in place of the Functions host: starts its worker, listens on Kafka and HTTP for its functions, and calls them by the Functions RPC protocol.
/// Keeps the contract of the Kafka trigger as host.json states it. What it does not share with the Functions host is listed in docs/local-host.md.
/// </summary>
/// <param name="app">The functions app.</param>
/// <param name="settings">The app's settings by name, as environment variables are written (<c>S3__Region</c>): for the worker, and for what the triggers name.</param>
/// <param name="options">The host's own settings.</param>
/// <param name="loggers">Where the host and the worker log.</param>
internal sealed class FunctionsHost(FunctionsApp app, IReadOnlyDictionary<string, string> settings, FunctionsHostOptions options, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly List<KafkaListener> _listeners = [];
    private FunctionsWorker? _worker;
    private HttpTrigger? _http;
    private bool _stopped;

    /// <summary>Where the HTTP functions are reached, without a slash at the end: <c>http://127.0.0.1:7071</c>.</summary>
    /// <exception cref="InvalidOperationException">The host has not been started.</exception>
    public string HttpUrl => _http?.Url.GetLeftPart(UriPartial.Authority) ?? throw new InvalidOperationException("The host has not been started.");

    /// <summary>The worker's process id; another one after a restart.</summary>
    public int? WorkerProcessId => _worker?.ProcessId;

    /// <summary>Starts the worker and listens for all its functions.</summary>
    /// <exception cref="WorkerStartException">The worker did not come up; the message is its own.</exception>
    /// <exception cref="InvalidOperationException">A function cannot be run, or settings are missing; every missing setting is named in one message.</exception>
    /// <exception cref="InvalidDataException">host.json cannot be used.</exception>
    /// <exception cref="Stack.PortTakenException">The HTTP port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)))
            .Build();
        HostJson hostJson = HostJson.Read(app.HostJson, configuration);
        ILogger logger = loggers.CreateLogger<FunctionsHost>();
        _worker = new FunctionsWorker(app, settings, name => hostJson.Runs(name, configuration), options, loggers);
        try
        {
            IReadOnlyList<HostedFunction> functions = await _worker.StartAsync(cancellationToken);

            // First, since a broker takes its time to let a consumer join its group: the web server starts meanwhile.
            foreach ((HostedFunction function, ConsumerConfig config, string topic) in ResolveTriggers(functions, configuration, hostJson))
            {
                KafkaListener listener = new(
                    function, config, topic, hostJson.Kafka, (batch, cut) => _worker.InvokeAsync(function, KafkaTriggerData.Request(function, batch), cut), options, logger);
                _listeners.Add(listener);
                listener.Start();
            }

            _http = new HttpTrigger(functions.Where(function => function.IsHttp), hostJson.RoutePrefix, _worker.InvokeAsync, options, loggers);
            await _http.StartAsync(cancellationToken);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every Kafka function holds partitions. A host that gets none, because its group has more consumers than the topic partitions, waits on.</summary>
    /// <exception cref="KafkaException">A function can read no more from Kafka.</exception>
    public Task ReadyAsync(CancellationToken cancellationToken = default) => Task.WhenAll(_listeners.Select(listener => listener.Ready)).WaitAsync(cancellationToken);

    /// <summary>
    /// Drains: takes nothing more, lets what runs end, cuts off what does not, commits the stored offsets and leaves the consumer groups; then ends the worker,
    /// which does not wait for its invocations itself.
    /// </summary>
    /// <param name="cancellationToken">Cuts off at once.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        List<Task> stops = [.. _listeners.Select(listener => listener.StopAsync(cancellationToken))];
        if (_http is not null)
        {
            stops.Add(_http.StopAsync(cancellationToken));
        }

        await Task.WhenAll(stops);
        if (_worker is not null)
        {
            await _worker.DisposeAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (KafkaListener listener in _listeners)
        {
            await listener.DisposeAsync();
        }

        _listeners.Clear();
        if (_http is not null)
        {
            await _http.DisposeAsync();
        }
    }

    private static List<(HostedFunction Function, ConsumerConfig Config, string Topic)> ResolveTriggers(
        IEnumerable<HostedFunction> functions, IConfiguration configuration, HostJson hostJson)
    {
        TriggerSettings settings = new(configuration);
        List<(HostedFunction, ConsumerConfig, string)> triggers = [];
        foreach (HostedFunction function in functions.Where(function => function.IsKafka))
        {
            _ = KafkaTriggerData.KeysAreText(function);
            ConsumerConfig config = KafkaConsumerConfig.Create(function, hostJson.Kafka, settings);
            triggers.Add((function, config, settings.Require(function.Name, "Topic", function.Text("topic"))));
        }

        settings.ThrowIfFaulty();
        return triggers;
    }
}
