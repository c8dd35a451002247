using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using Confluent.Kafka;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Tests.Faults;

/// <summary>Compares what the result events tell with what is filed.</summary>
internal static class ToldResults
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Finds filed pictures of which no event tells.</summary>
    /// <returns>Their keys in the target bucket.</returns>
    public static async Task<IReadOnlyList<string>> FindUntoldAsync(IAmazonS3 s3, string target, string brokers, string topic)
    {
        HashSet<(string Target, string ETag)> told = Read(brokers, topic);
        List<string> untold = [];
        await foreach (S3Object filed in s3.Paginators.ListObjectsV2(new() { BucketName = target }).S3Objects)
        {
            if (FilingPlace.All.Any(place => filed.Key.StartsWith(place, StringComparison.Ordinal)) && !told.Contains((filed.Key, filed.ETag.Trim('"'))))
            {
                untold.Add(filed.Key);
            }
        }

        return untold;
    }

    private static HashSet<(string, string)> Read(string brokers, string topic)
    {
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig { BootstrapServers = brokers, GroupId = "results", EnableAutoCommit = false })
            .SetLogHandler((_, _) => { }).Build();
        using IAdminClient admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        HashSet<(string, string)> told = [];
        foreach (int partition in admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Select(one => one.PartitionId))
        {
            var place = new TopicPartition(topic, partition);
            long end = consumer.QueryWatermarkOffsets(place, Patience).High.Value;
            consumer.Assign(new TopicPartitionOffset(place, Offset.Beginning));
            for (long next = 0; next < end;)
            {
                ConsumeResult<byte[], byte[]> record = consumer.Consume(Patience) ?? throw new TimeoutException($"{place} ended at {next} of {end} records.");
                next = record.Offset.Value + 1;
                using JsonDocument filed = JsonDocument.Parse(record.Message.Value);
                JsonElement data = filed.RootElement.GetProperty("data");
                told.Add((data.GetProperty("target").GetString()!, data.GetProperty("eTag").GetString()!));
            }
        }

        return told;
    }
}
