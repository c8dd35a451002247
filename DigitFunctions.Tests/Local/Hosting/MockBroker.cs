using Confluent.Kafka;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>librdkafka's built-in broker on loopback: 4 partitions a topic, topics made on first use, real consumer groups.</summary>
public sealed class MockBroker : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly IProducer<Null, byte[]?> _cluster;
    private readonly IProducer<Null, byte[]?> _producer;

    public MockBroker()
    {
        ProducerConfig mock = new() { BootstrapServers = "replaced.by.the.mock" };
        mock.Set("test.mock.num.brokers", "1");
        _cluster = new ProducerBuilder<Null, byte[]?>(mock).SetLogHandler((_, _) => { }).Build();
        using IAdminClient admin = new DependentAdminClientBuilder(_cluster.Handle).Build();
        BrokerMetadata broker = admin.GetMetadata(Patience).Brokers.Single();
        BootstrapServers = $"{broker.Host}:{broker.Port}";
        _producer = new ProducerBuilder<Null, byte[]?>(new ProducerConfig { BootstrapServers = BootstrapServers, LingerMs = 1 }).Build();
    }

    public string BootstrapServers { get; }

    /// <summary>Produces a record to each of the partitions named.</summary>
    public async Task ProduceAsync(string topic, params int[] partitions) =>
        await Task.WhenAll(partitions.Select(partition => ProduceAsync(topic, partition, new Message<Null, byte[]?> { Value = "value"u8.ToArray() })));

    public Task ProduceAsync(string topic, int partition, Message<Null, byte[]?> message) =>
        _producer.ProduceAsync(new TopicPartition(topic, partition), message);

    /// <summary>The committed offsets of a group, by partition; partitions without one are left out.</summary>
    public Dictionary<int, long> Committed(string group, string topic)
    {
        using IConsumer<Ignore, Ignore> reader = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = BootstrapServers, GroupId = group }).Build();
        return reader.Committed(Enumerable.Range(0, 4).Select(partition => new TopicPartition(topic, partition)), Patience)
            .Where(offset => offset.Offset != Offset.Unset)
            .ToDictionary(offset => offset.Partition.Value, offset => offset.Offset.Value);
    }

    public void Dispose()
    {
        _producer.Dispose();
        _cluster.Dispose();
    }
}
