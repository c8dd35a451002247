using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;
using DigitFunctions.Local.Commands;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>Events by both functions of the whole app, and dead letters sent again.</summary>
public sealed class ReplayTests
{
    private static readonly (string Name, string Value)[] KafkaSource =
    [
        ("ce_specversion", "1.0"), ("ce_id", "partition:0/offset:0"), ("ce_type", "dev.knative.kafka.event"), ("ce_source", "/apis/v1/namespaces/default/kafkasources/kafka-source#mnist"),
    ];

    [Fact]
    public async Task What_KafkaSource_posts_gets_KServes_answer_and_the_same_event_by_Kafka_files_the_picture_and_again_says_already_sorted()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        using var client = new HttpClient { BaseAddress = new Uri(app.HttpUrl) };
        byte[] posted = app.Notification("5.png", await app.Storage.UploadAsync("5.png", Some.Picture(5)));

        using HttpResponseMessage predicted = await client.SendAsync(KafkaSourcePost("/v1/models/mnist:predict", posted));
        JsonElement answer = JsonElement.Parse(await predicted.Content.ReadAsByteArrayAsync());
        JsonElement prediction = Assert.Single(answer.GetProperty("predictions").EnumerateArray());
        Assert.Equal(5, prediction.GetProperty("classes").GetInt32());
        Assert.Equal(10, prediction.GetProperty("predictions").GetArrayLength());
        Assert.Equal(["predictions"], answer.EnumerateObject().Select(member => member.Name));

        byte[] byKafka = app.Notification("7.png", await app.Storage.UploadAsync("7.png", Some.Picture(7)));
        await app.PublishAsync(Encoding.UTF8.GetBytes($"{app.Storage.Source}/7.png"), byKafka, KafkaSource);
        await app.TargetHoldsAsync("digit-5/5.png", "digit-7/7.png");
        await app.SourceHoldsAsync();

        using HttpResponseMessage again = await client.SendAsync(KafkaSourcePost("/api/events", byKafka));
        JsonElement outcome = Assert.Single(JsonElement.Parse(await again.Content.ReadAsByteArrayAsync()).GetProperty("outcomes").EnumerateArray());
        Assert.Equal(("already-sorted", "digit-7/7.png"), (outcome.GetProperty("status").GetString(), outcome.GetProperty("target").GetString()));
    }

    [Fact]
    public async Task A_dead_letter_holds_the_record_whole_and_sent_again_ends_as_the_record_did()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        byte[] value = [0xff, 0x00, 0x7b];
        var delivery = await app.PublishAsync("some key"u8.ToArray(), value, ("trace", "x"), ("trace", "y"));
        string key = $"dead-letter/{app.Topic}/{delivery.Partition.Value}/{delivery.Offset.Value}.json";
        await app.TargetHoldsAsync(key);

        byte[] document = await app.Storage.ReadAsync(app.Storage.Target, key);
        Assert.True(DeadLetter.TryRead(document, out DeadLetter? letter, out string? fault), fault);
        Assert.Equal(value, letter.Message.Body?.ToArray());
        Assert.Equal("some key"u8.ToArray(), letter.Message.Origin!.Key?.ToArray());
        Assert.Equal(
            (app.Topic, delivery.Partition.Value, delivery.Offset.Value),
            (letter.Message.Origin.Topic, letter.Message.Origin.Partition, letter.Message.Origin.Offset));
        Assert.Equal([("trace", "x"), ("trace", "y")], letter.Message.Headers.Select(header => (header.Name, Encoding.UTF8.GetString(header.Value!.Value.Span))));

        (bool isGood, string[] tally, string log) = await ReplayAsync(app, document);
        Assert.False(isGood);
        Assert.Equal(["rejected 1"], tally);
        Assert.Contains(letter.Reason.Replace("The body", "The dead letter's value", StringComparison.Ordinal), log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(900_000)]
    public async Task A_dead_letter_whose_cause_is_mended_is_sorted_whatever_its_size(int padding)
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        byte[] value = [.. app.Notification("é 3.png", await app.Storage.UploadAsync("é 3.png", Some.Picture(3))), .. Enumerable.Repeat((byte)' ', padding)];
        EventHeader[] headers = [.. KafkaSource.Select(header => new EventHeader(header.Name, Encoding.UTF8.GetBytes(header.Value)))];
        var record = new EventMessage(value, headers) { Origin = new KafkaOrigin(app.Topic, 0, 0, "key"u8.ToArray(), DateTimeOffset.UnixEpoch) };
        byte[] document = new DeadLetter(record, "A reader that did not know it yet could not read it.", DateTimeOffset.UnixEpoch).Write();

        (bool isGood, string[] tally, string log) first = await ReplayAsync(app, document);
        (bool isGood, string[] tally, string log) second = await ReplayAsync(app, document);

        Assert.True(first.isGood, first.log);
        Assert.Equal(["sorted 1", "already-sorted 1"], [.. first.tally, .. second.tally]);
        await app.TargetHoldsAsync("digit-3/é 3.png");
    }

    private static async Task<(bool IsGood, string[] Tally, string Log)> ReplayAsync(SortingApp app, byte[] document)
    {
        using HttpClient client = ReplayCommand.CreateClient(null);
        using StringWriter log = new();
        Replay replay = new(client, ReplayCommand.Parse(app.HttpUrl), () => new MemoryStream(document), log);
        bool isGood = await replay.RunAsync([ReplayFiles.StandardInput], CancellationToken.None);
        return (isGood, [.. replay.Tally.Select(end => $"{end.Outcome} {end.Count}")], log.ToString());
    }

    /// <summary>A record as Knative's KafkaSource posts it: binary mode, no content type.</summary>
    private static HttpRequestMessage KafkaSourcePost(string path, byte[] value)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(value) };
        foreach ((string name, string text) in KafkaSource)
        {
            request.Headers.Add(name.Replace('_', '-'), text);
        }

        request.Headers.Add("Prefer", "reply");
        request.Headers.Add("Kn-Namespace", "default");
        return request;
    }
}
