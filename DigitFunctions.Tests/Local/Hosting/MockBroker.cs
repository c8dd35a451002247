using Confluent.Kafka;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>The local stack's broker with a producer for tests; each test class starts its own.</summary>
public sealed class MockBroker : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private LocalKafka? _kafka;
    private IProducer<Null, byte[]?>? _producer;

    public string BootstrapServers => _kafka!.BootstrapServers;

    public async Task InitializeAsync()
    {
        _kafka = await LocalKafka.StartAsync(0, "port", NullLoggerFactory.Instance);
        _producer = new ProducerBuilder<Null, byte[]?>(new ProducerConfig { BootstrapServers = BootstrapServers, LingerMs = 1 }).Build();
    }

    /// <summary>Makes a topic, which a consumer that comes before the first record waits for.</summary>
    public Task EnsureTopicAsync(string topic) => _kafka!.EnsureTopicAsync(topic);

    /// <summary>Produces a record to each of the partitions named.</summary>
    public async Task ProduceAsync(string topic, params int[] partitions) =>
        await Task.WhenAll(partitions.Select(partition => ProduceAsync(topic, partition, new Message<Null, byte[]?> { Value = "value"u8.ToArray() })));

    public Task ProduceAsync(string topic, int partition, Message<Null, byte[]?> message) =>
        _producer!.ProduceAsync(new TopicPartition(topic, partition), message);

    /// <summary>The committed offsets of a group, by partition; partitions without one are left out.</summary>
    public Dictionary<int, long> Committed(string group, string topic)
    {
        using IConsumer<Ignore, Ignore> reader = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = BootstrapServers, GroupId = group }).Build();
        return reader.Committed(Enumerable.Range(0, 4).Select(partition => new TopicPartition(topic, partition)), Patience)
            .Where(offset => offset.Offset != Offset.Unset)
            .ToDictionary(offset => offset.Partition.Value, offset => offset.Offset.Value);
    }

    public async Task DisposeAsync()
    {
        _producer?.Dispose();
        if (_kafka is not null)
        {
            await _kafka.DisposeAsync();
        }
    }
}
