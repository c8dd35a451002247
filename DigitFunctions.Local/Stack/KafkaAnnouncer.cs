using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>Publishes the events of buckets on a Kafka topic as MinIO does.</summary>
/// <remarks>
/// An upload's request is answered after Kafka has taken its announcement, or after <see cref="Patience"/> without: then the client goes on
/// trying in the background, in order, until Kafka takes it or the announcer is disposed. No upload fails for want of Kafka.
/// </remarks>
public sealed class KafkaAnnouncer : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _topic;
    private readonly ILogger _logger;

    /// <param name="bootstrapServers">Brokers to begin with, <c>host:port</c> separated by commas.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="loggers">Where the announcer logs.</param>
    public KafkaAnnouncer(string bootstrapServers, string topic, ILoggerFactory loggers)
    {
        _topic = topic;
        _logger = loggers.CreateLogger<KafkaAnnouncer>();
        ProducerConfig config = new()
        {
            BootstrapServers = bootstrapServers,
            ClientId = "local-s3",
            // Each upload waits for its own message, so there is nothing to gather.
            LingerMs = 0,
            SocketNagleDisable = true,
            // Zero is for ever.
            MessageTimeoutMs = 0,
        };
        // The hash by which MinIO's client chooses partitions.
        config.Set("partitioner", "fnv1a_random");
        _producer = new ProducerBuilder<byte[], byte[]>(config).SetLogHandler((_, line) => KafkaLog.Write(_logger, line)).Build();
    }

    /// <summary>How long an upload waits for Kafka.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Publishes an event and waits until Kafka has it, at most <see cref="Patience"/>.</summary>
    public async ValueTask AnnounceAsync(BucketNotification notification)
    {
        Task delivery = DeliverAsync(notification);
        try
        {
            await delivery.WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            StackLog.AnnouncementDelayed(_logger, notification.Bucket, notification.Key, Patience);
        }
    }

    /// <summary>Gives messages under way two seconds more.</summary>
    public void Dispose()
    {
        _producer.Flush(TimeSpan.FromSeconds(2));
        _producer.Dispose();
    }

    private async Task DeliverAsync(BucketNotification notification)
    {
        Message<byte[], byte[]> message = new()
        {
            Key = Encoding.UTF8.GetBytes(MinioNotification.RecordKey(notification)),
            Value = MinioNotification.RecordValue(notification),
        };
        try
        {
            await _producer.ProduceAsync(_topic, message).ConfigureAwait(false);
        }
        catch (ProduceException<byte[], byte[]> fault)
        {
            StackLog.AnnouncementRefused(_logger, notification.Bucket, notification.Key, fault.Error.Reason);
        }
    }
}
