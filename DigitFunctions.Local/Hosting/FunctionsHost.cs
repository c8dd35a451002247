using System.Reflection;
using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// Runs the functions of an assembly on this machine, in place of the Functions host: finds them by their attributes, listens on Kafka and HTTP for them, and calls them.
/// Keeps the contract of the Kafka trigger as host.json states it.
/// </summary>
/// <param name="functions">The assembly with the functions.</param>
/// <param name="services">Services for the functions' constructors.</param>
/// <param name="configuration">The settings that the trigger attributes name.</param>
/// <param name="hostJson">host.json.</param>
/// <param name="options">The host's own settings.</param>
/// <param name="loggers">Where it logs.</param>
internal sealed class FunctionsHost(
    Assembly functions,
    IServiceProvider services,
    IConfiguration configuration,
    HostJson hostJson,
    FunctionsHostOptions options,
    ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly List<KafkaListener> _listeners = [];
    private HttpDoor? _door;
    private bool _stopped;

    /// <summary>Where the HTTP functions are reached, without a slash at the end: <c>http://127.0.0.1:7071</c>.</summary>
    /// <exception cref="InvalidOperationException">The host has not been started.</exception>
    public string HttpUrl => _door?.Url.GetLeftPart(UriPartial.Authority) ?? throw new InvalidOperationException("The host has not been started.");

    /// <summary>Starts all functions.</summary>
    /// <exception cref="InvalidOperationException">A function cannot be run, or settings are missing; every missing setting is named in one message.</exception>
    /// <exception cref="IOException">The HTTP port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        IReadOnlyList<FunctionMethod> methods = FunctionMethod.FindAll(functions, name => hostJson.Runs(name, configuration));
        ILogger logger = loggers.CreateLogger<FunctionsHost>();
        FunctionInvoker invoker = new(services, logger);
        List<(FunctionMethod Function, ConsumerConfig Config, string Topic)> triggers = ResolveTriggers(methods);

        try
        {
            // First, since a broker takes its time to let a consumer join its group: the web server starts meanwhile.
            foreach ((FunctionMethod function, ConsumerConfig config, string topic) in triggers)
            {
                KafkaListener listener = new(function, config, topic, hostJson.Kafka, invoker, options, logger);
                _listeners.Add(listener);
                listener.Start();
            }

            _door = new HttpDoor(methods.Where(method => method.Http is not null), hostJson.RoutePrefix, invoker, options, loggers);
            await _door.StartAsync(cancellationToken);
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

    /// <summary>Drains: takes nothing more, lets what runs end, cuts off what does not, commits the stored offsets and leaves the consumer groups.</summary>
    /// <param name="cancellationToken">Cuts off at once.</param>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        List<Task> stops = [.. _listeners.Select(listener => listener.StopAsync(cancellationToken))];
        if (_door is not null)
        {
            stops.Add(_door.StopAsync(cancellationToken));
        }

        await Task.WhenAll(stops);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        foreach (KafkaListener listener in _listeners)
        {
            await listener.DisposeAsync();
        }

        _listeners.Clear();
        if (_door is not null)
        {
            await _door.DisposeAsync();
        }
    }

    private List<(FunctionMethod Function, ConsumerConfig Config, string Topic)> ResolveTriggers(IEnumerable<FunctionMethod> methods)
    {
        TriggerSettings settings = new(configuration);
        TriggerMetadata metadata = new([.. services.GetServices<IFunctionMetadataTransformer>()]);
        List<(FunctionMethod, ConsumerConfig, string)> triggers = [];
        foreach (FunctionMethod function in methods.Where(method => method.Kafka is not null))
        {
            KafkaTriggerAttribute trigger = metadata.Transform(function);
            ConsumerConfig config = KafkaConsumerConfig.Create(function.Name, trigger, hostJson.Kafka, settings);
            triggers.Add((function, config, settings.Require(function.Name, "Topic", trigger.Topic)));
        }

        settings.ThrowIfFaulty();
        return triggers;
    }
}
