using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>The host's Kafka trigger, calling a <see cref="KafkaProbe"/>.</summary>
internal sealed class ListenerUnderTest : IAsyncDisposable
{
    private readonly KafkaListener _listener;
    private bool _stopped;

    private ListenerUnderTest(KafkaListener listener) => _listener = listener;

    /// <summary>A trigger that commits nothing that did not succeed. The broker lets a second consumer into a group after the session timeout, so that is short.</summary>
    public static KafkaTriggerOptions AtLeastOnce => new() { CommitOnFailure = false, MaxRetries = -1, SessionTimeoutMs = 6000 };

    /// <summary>The consumer group of a test that uses a topic.</summary>
    public static string Group(string topic) => $"group-of-{topic}";

    /// <summary>Starts it and waits until it holds partitions.</summary>
    public static async Task<ListenerUnderTest> StartAsync(MockBroker broker, string topic, KafkaProbe probe, KafkaTriggerOptions? trigger = null, TimeSpan? drainTimeout = null)
    {
        await broker.EnsureTopicAsync(topic);
        trigger ??= AtLeastOnce;
        TriggerSettings settings = new(new ConfigurationBuilder()
            .AddInMemoryCollection([new("ProbeBrokers", broker.BootstrapServers), new("ProbeTopic", topic), new("ProbeGroup", Group(topic))]).Build());
        HostedFunction function = KafkaProbe.Function();
        FunctionsHostOptions options = new() { DrainTimeout = drainTimeout ?? TimeSpan.FromSeconds(20), RetryDelay = TimeSpan.FromMilliseconds(1) };
        KafkaListener listener = new(function, KafkaConsumerConfig.Create(function, trigger, settings), topic, trigger, probe.RunAsync, options, NullLogger.Instance);
        listener.Start();
        await listener.Ready.WaitAsync(TimeSpan.FromSeconds(30));
        return new ListenerUnderTest(listener);
    }

    public async Task StopAsync()
    {
        if (!_stopped)
        {
            _stopped = true;
            await _listener.StopAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _listener.DisposeAsync();
    }
}
