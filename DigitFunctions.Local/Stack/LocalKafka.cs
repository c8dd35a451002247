using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>The Kafka broker that librdkafka has inside for tests, reachable on a fixed port of loopback.</summary>
/// <remarks>
/// A producer makes a topic on first use, with four partitions; a consumer waits until one has. Consumer groups and commits are real: a
/// member that disappears without leaving is replaced when its session timeout ends. Everything is in memory: a partition keeps its newest
/// 5 MB and forgets what is older, read or not.
/// </remarks>
public sealed class LocalKafka : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly IProducer<Null, Null> _owner;
    private readonly TcpRelay _relay;
    private int _disposed;

    private LocalKafka(IProducer<Null, Null> owner, TcpRelay relay)
    {
        _owner = owner;
        _relay = relay;
    }

    /// <summary>What clients take as <c>bootstrap.servers</c>.</summary>
    public string BootstrapServers => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_relay.Port}");

    /// <summary>Starts a broker.</summary>
    /// <param name="port">The port for bootstrap on 127.0.0.1; 0 takes any free one.</param>
    /// <param name="portOption">What a person changes to choose another.</param>
    /// <param name="loggers">Where librdkafka's warnings go.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    /// <exception cref="KafkaException">The broker does not answer.</exception>
    public static async Task<LocalKafka> StartAsync(int port, string portOption, ILoggerFactory loggers, CancellationToken cancellationToken = default)
    {
        ILogger logger = loggers.CreateLogger<LocalKafka>();
        ProducerConfig config = new() { ClientId = "local-kafka" };
        config.Set("test.mock.num.brokers", "1");
        IProducer<Null, Null> owner = new ProducerBuilder<Null, Null>(config).SetLogHandler((_, line) => KafkaLog.Write(logger, line)).Build();
        try
        {
            Metadata metadata = await AskAsync(owner, admin => admin.GetMetadata(Patience), cancellationToken).ConfigureAwait(false);
            // The broker names a port of its own to clients; the relay gives them a known one to begin with.
            return new LocalKafka(owner, new TcpRelay(port, portOption, metadata.Brokers[0].Port));
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Makes a topic, unless it is there, so that consumers that begin earlier than producers find it.</summary>
    /// <exception cref="TimeoutException">The broker did not make it within ten seconds.</exception>
    public async Task EnsureTopicAsync(string topic, CancellationToken cancellationToken = default)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(Patience);
        while (true)
        {
            Metadata metadata = await AskAsync(_owner, admin => admin.GetMetadata(topic, Patience), cancellationToken).ConfigureAwait(false);
            if (metadata.Topics is [{ Error.IsError: false, Partitions.Count: > 0 }])
            {
                return;
            }

            try
            {
                await Task.Delay(50, deadline.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException($"The local Kafka broker did not make the topic {topic} within {Patience}.");
            }
        }
    }

    /// <summary>Stops the broker; its messages are gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await _relay.DisposeAsync().ConfigureAwait(false);
        // Destroying the client waits for its threads.
        await Task.Run(_owner.Dispose).ConfigureAwait(false);
    }

    // A dependent admin client polls without pause as long as it lives, and its calls block their thread.
    private static Task<Metadata> AskAsync(IProducer<Null, Null> owner, Func<IAdminClient, Metadata> question, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            using IAdminClient admin = new DependentAdminClientBuilder(owner.Handle).Build();
            return question(admin);
        },
        cancellationToken);
}

/// <summary>Passes librdkafka's lines on to the logger.</summary>
internal static class KafkaLog
{
    public static void Write(ILogger logger, LogMessage line)
    {
        if (line.Level <= SyslogLevel.Warning)
        {
            StackLog.KafkaClient(logger, line.Message);
        }
    }
}
