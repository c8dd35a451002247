using System.ComponentModel.DataAnnotations;
using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// <c>extensions.kafka</c> of host.json. Names, defaults and meaning are those of the Azure Functions Kafka extension
/// (<c>KafkaOptions</c> in Azure/azure-functions-kafka-extension); null leaves librdkafka's own default.
/// </summary>
internal sealed class KafkaTriggerOptions
{
    /// <summary>Most records handed to a batched function at once.</summary>
    /// <value>The default is 64.</value>
    [Range(1, int.MaxValue)]
    public int MaxBatchSize { get; set; } = 64;

    /// <summary>How long a batch that does not fill up is collected, in seconds.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 3600)]
    public int SubscriberIntervalInSeconds { get; set; } = 1;

    /// <summary>How many collected batches may wait for the running one.</summary>
    /// <value>The default is 1.</value>
    [Range(1, 10_000)]
    public int ExecutorChannelCapacity { get; set; } = 1;

    /// <summary>How often the subscriber looks whether a full channel has room again, in milliseconds.</summary>
    /// <value>The default is 50.</value>
    [Range(1, 60_000)]
    public int ChannelFullRetryIntervalInMs { get; set; } = 50;

    /// <summary>Whether the offsets of a failed batch are stored, which loses it. False retries the batch in place instead.</summary>
    /// <value>The default is true.</value>
    public bool CommitOnFailure { get; set; } = true;

    /// <summary>How often a failed batch is retried in place before its offsets are stored all the same; -1 for ever. Without effect where <see cref="CommitOnFailure"/> is true.</summary>
    /// <value>The default is 5.</value>
    [Range(-1, int.MaxValue)]
    public int MaxRetries { get; set; } = 5;

    /// <summary>How often stored offsets are committed, in milliseconds (<c>auto.commit.interval.ms</c>).</summary>
    /// <value>The default is 200.</value>
    [Range(1, 86_400_000)]
    public int AutoCommitIntervalMs { get; set; } = 200;

    /// <summary>Where a group without a committed offset starts (<c>auto.offset.reset</c>); what is not Latest is Earliest.</summary>
    /// <value>The default is Earliest.</value>
    public AutoOffsetReset AutoOffsetReset { get; set; } = AutoOffsetReset.Earliest;

    /// <summary>After which silence the broker gives a consumer up, in milliseconds (<c>session.timeout.ms</c>).</summary>
    /// <value>The default is 10000.</value>
    [Range(1, 3_600_000)]
    public int? SessionTimeoutMs { get; set; } = 10_000;

    /// <summary>Longest time between two polls, in milliseconds (<c>max.poll.interval.ms</c>).</summary>
    [Range(1, 86_400_000)]
    public int? MaxPollIntervalMs { get; set; }

    /// <summary>Longest age of broker metadata, in milliseconds (<c>metadata.max.age.ms</c>).</summary>
    /// <value>The default is 180000.</value>
    [Range(1, 86_400_000)]
    public int? MetadataMaxAgeMs { get; set; } = 180_000;

    /// <summary><c>socket.keepalive.enable</c>.</summary>
    /// <value>The default is true.</value>
    public bool? SocketKeepaliveEnable { get; set; } = true;

    /// <summary><c>reconnect.backoff.ms</c>.</summary>
    [Range(0, 3_600_000)]
    public int? ReconnectBackoffMs { get; set; }

    /// <summary><c>reconnect.backoff.max.ms</c>.</summary>
    [Range(0, 3_600_000)]
    public int? ReconnectBackoffMaxMs { get; set; }

    /// <summary><c>queued.min.messages</c>.</summary>
    [Range(1, 10_000_000)]
    public int? QueuedMinMessages { get; set; }

    /// <summary><c>queued.max.messages.kbytes</c>.</summary>
    [Range(1, 2_097_151)]
    public int? QueuedMaxMessagesKbytes { get; set; }

    /// <summary><c>max.partition.fetch.bytes</c>.</summary>
    [Range(1, 1_000_000_000)]
    public int? MaxPartitionFetchBytes { get; set; }

    /// <summary><c>fetch.max.bytes</c>.</summary>
    [Range(0, 2_147_483_135)]
    public int? FetchMaxBytes { get; set; }

    /// <summary>Debug contexts of librdkafka, comma-separated (<c>debug</c>).</summary>
    public string? LibkafkaDebug { get; set; }
}
