using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>Hosts that run functions of this assembly.</summary>
internal static class HostUnderTest
{
    /// <summary>A trigger that commits nothing that did not succeed. The broker lets a second host into a group after the session timeout, so that is short.</summary>
    public static KafkaTriggerOptions AtLeastOnce => new() { CommitOnFailure = false, MaxRetries = -1, SessionTimeoutMs = 6000 };

    /// <summary>Starts a host with <see cref="KafkaProbe"/> only and waits until it holds partitions.</summary>
    public static async Task<FunctionsHost> StartAsync(MockBroker broker, string topic, ProbeScript script, KafkaTriggerOptions? trigger = null, TimeSpan? drainTimeout = null)
    {
        await broker.EnsureTopicAsync(topic);
        FunctionsHost host = Create(
            [nameof(KafkaProbe)],
            new() { ["ProbeBrokers"] = broker.BootstrapServers, ["ProbeTopic"] = topic, ["ProbeGroup"] = Group(topic) },
            trigger ?? AtLeastOnce,
            new ServiceCollection().AddSingleton(script),
            drainTimeout);
        await host.StartAsync();
        await host.ReadyAsync().WaitAsync(TimeSpan.FromSeconds(30));
        return host;
    }

    /// <summary>The consumer group of a test that uses a topic.</summary>
    public static string Group(string topic) => $"group-of-{topic}";

    public static FunctionsHost Create(
        string[] functions,
        Dictionary<string, string?> settings,
        KafkaTriggerOptions? trigger = null,
        IServiceCollection? services = null,
        TimeSpan? drainTimeout = null,
        int httpPort = 0) => new(
            typeof(HostUnderTest).Assembly,
            (services ?? new ServiceCollection()).BuildServiceProvider(),
            new ConfigurationBuilder().AddInMemoryCollection(settings).Build(),
            new HostJson { Functions = functions, Kafka = trigger ?? AtLeastOnce },
            new FunctionsHostOptions
            {
                HttpPort = httpPort,
                MaxRequestBodyBytes = 1000,
                DrainTimeout = drainTimeout ?? TimeSpan.FromSeconds(20),
                RetryDelay = TimeSpan.FromMilliseconds(1),
            },
            NullLoggerFactory.Instance);
}
