using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>A Kafka consumer of somebody else's learns what became of each picture.</summary>
public sealed class ResultEventsTests
{
    [Theory, OnCeph, OnLocal]
    public async Task Each_filed_picture_is_told_of_on_the_topic_for_results(StorageKind storage)
    {
        string results = Some.Name("results");
        await using SortingApp app = await SortingApp.StartAsync(storage, ("KafkaResultTopic", results));
        foreach ((string key, byte[] file) in new[] { ("a b/7+é.png", Some.Picture(7)), ("letter.png", "no picture"u8.ToArray()) })
        {
            await app.AnnounceAsync(key, await app.Storage.UploadAsync(key, file));
        }

        await app.CommittedAsync(2);
        Dictionary<string, JsonElement> told = Consume(app.Brokers, results, 2);

        JsonElement seven = told[$"{app.Storage.Source}/a b/7+é.png"];
        Assert.Equal("digitfunctions.picture.filed", seven.GetProperty("type").GetString());
        Assert.Equal("a b/7+é.png", seven.GetProperty("subject").GetString());
        Assert.Equal(7, seven.GetProperty("data").GetProperty("digit").GetInt32());
        Assert.Equal("digit-7/a b/7+é.png", seven.GetProperty("data").GetProperty("target").GetString());
        // The offset where the announcement lies.
        Assert.StartsWith($"{app.Topic}/", seven.GetProperty("causationid").GetString(), StringComparison.Ordinal);
        Assert.Equal("unreadable/letter.png", told[$"{app.Storage.Source}/letter.png"].GetProperty("data").GetProperty("target").GetString());
    }

    [Fact]
    public async Task A_picture_that_is_sorted_by_HTTP_is_told_of_as_well_and_again_with_the_same_id()
    {
        string results = Some.Name("results");
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local, ("KafkaResultTopic", results));
        byte[] notification = app.Notification("3.png", await app.Storage.UploadAsync("3.png", Some.Picture(3)));
        using var http = new HttpClient();

        for (int i = 0; i < 2; i++)
        {
            using HttpResponseMessage answer = await http.PostAsync(new Uri($"{app.HttpUrl}/api/events"), new ByteArrayContent(notification));
            answer.EnsureSuccessStatusCode();
        }

        JsonElement[] told = [.. Records(app.Brokers, results, 2).Select(Read)];
        Assert.Equal(told[0].GetProperty("id").GetString(), told[1].GetProperty("id").GetString());
        Assert.Equal(told[0].GetProperty("data").ToString(), told[1].GetProperty("data").ToString());
    }

    private static Dictionary<string, JsonElement> Consume(string brokers, string topic, int count) =>
        Records(brokers, topic, count).ToDictionary(record => Encoding.UTF8.GetString(record.Message.Key), Read);

    private static JsonElement Read(ConsumeResult<byte[], byte[]> record)
    {
        Assert.True(record.Message.Headers.TryGetLastBytes("content-type", out byte[] contentType));
        Assert.StartsWith("application/cloudevents+json", Encoding.UTF8.GetString(contentType), StringComparison.Ordinal);
        return JsonDocument.Parse(record.Message.Value).RootElement;
    }

    private static List<ConsumeResult<byte[], byte[]>> Records(string brokers, string topic, int count)
    {
        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(
            new ConsumerConfig { BootstrapServers = brokers, GroupId = Some.Name("reader"), AutoOffsetReset = AutoOffsetReset.Earliest }).Build();
        consumer.Subscribe(topic);
        List<ConsumeResult<byte[], byte[]>> records = [];
        while (records.Count < count)
        {
            records.Add(consumer.Consume(TimeSpan.FromSeconds(30)) ?? throw new TimeoutException($"{records.Count} of {count} records came."));
        }

        return records;
    }
}
