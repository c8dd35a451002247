using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>How far the consumer group is behind, as the brokers know it.</summary>
/// <param name="Committed">The offsets that the group has committed, summed: it grows as records are handled, whoever handles them.</param>
/// <param name="Waiting">Records that are not committed, by partition.</param>
internal sealed record GroupLag(long Committed, IReadOnlyDictionary<int, long> Waiting)
{
    /// <summary>Records that are not committed.</summary>
    public long Total => Waiting.Values.Sum();
}

/// <summary>Asks the brokers how far the consumer group is behind, with the trigger's own settings: what this client can, the consumer can as well.</summary>
/// <remarks>Needs no more rights than the consumer: Describe of topic and group. Connects when it is asked first.</remarks>
internal sealed class KafkaLag : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.8);

    private readonly KafkaOptions _options;
    private readonly Lazy<IConsumer<Ignore, Ignore>> _client;
    private readonly KafkaFault _fault = new();

    /// <summary>Connects to nothing yet.</summary>
    public KafkaLag(IOptions<KafkaOptions> options)
    {
        _options = options.Value;
        _client = new Lazy<IConsumer<Ignore, Ignore>>(() => new ConsumerBuilder<Ignore, Ignore>(KafkaClient.Consumer(_options))
            .SetLogHandler((_, line) => _fault.Note(line))
            .Build());
    }

    /// <summary>Asks.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IOException">The brokers, the topic or the group cannot be asked; the message says why.</exception>
    public async Task<GroupLag> AskAsync(CancellationToken cancellationToken)
    {
        try
        {
            GroupLag found = await Task.Run(() => AskBrokersAsync(_client.Value.Handle), cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
            _fault.Clear();
            return found;
        }
        catch (Exception e) when (e is KafkaException or OperationCanceledException)
        {
            throw new IOException($"The brokers {_options.KafkaBrokers} cannot be asked for the topic {_options.KafkaTopic}: {_fault.Reason ?? ReasonOf(e)}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private async Task<GroupLag> AskBrokersAsync(Handle handle)
    {
        using IAdminClient client = new DependentAdminClientBuilder(handle).Build();
        TopicMetadata topic = client.GetMetadata(_options.KafkaTopic, Patience).Topics.Single();
        if (topic.Error.IsError)
        {
            throw new KafkaException(topic.Error);
        }

        TopicPartition[] partitions = [.. topic.Partitions.Select(partition => new TopicPartition(_options.KafkaTopic, partition.PartitionId))];
        Task<Dictionary<int, long>> first = OffsetsAsync(client, partitions, OffsetSpec.Earliest());
        Task<Dictionary<int, long>> last = OffsetsAsync(client, partitions, OffsetSpec.Latest());
        List<ListConsumerGroupOffsetsResult> groups = await client.ListConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitions(_options.KafkaConsumerGroup, [.. partitions])], new ListConsumerGroupOffsetsOptions { RequestTimeout = Patience }).ConfigureAwait(false);
        Dictionary<int, long> begins = await first.ConfigureAwait(false);
        Dictionary<int, long> ends = await last.ConfigureAwait(false);

        // Where nothing is committed, the group begins at the earliest record (autoOffsetReset in host.json).
        var committed = groups.Single().Partitions.Where(one => one.Offset.Value >= 0).ToDictionary(one => one.Partition.Value, one => one.Offset.Value);
        return new GroupLag(
            committed.Values.Sum(),
            ends.ToDictionary(end => end.Key, end => Math.Max(0, end.Value - Math.Max(begins[end.Key], committed.GetValueOrDefault(end.Key)))));
    }

    private static async Task<Dictionary<int, long>> OffsetsAsync(IAdminClient client, TopicPartition[] partitions, OffsetSpec spec)
    {
        ListOffsetsResult found = await client.ListOffsetsAsync(
            partitions.Select(partition => new TopicPartitionOffsetSpec { TopicPartition = partition, OffsetSpec = spec }),
            new ListOffsetsOptions { RequestTimeout = Patience }).ConfigureAwait(false);
        return found.ResultInfos.ToDictionary(info => info.TopicPartitionOffsetError.Partition.Value, info => info.TopicPartitionOffsetError.Offset.Value);
    }

    private static string ReasonOf(Exception e) => e switch
    {
        ListConsumerGroupOffsetsException listed => listed.Results.FirstOrDefault(group => group.Error.IsError)?.Error.Reason ?? listed.Message,
        KafkaException kafka => kafka.Error.Reason,
        _ => "There was no answer in time.",
    };
}
