using DigitFunctions.Core.Events;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Local.Hosting;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Functions;

/// <summary>A consumer that cannot read Kafka is not healthy; one that has nothing to read is.</summary>
public sealed class ConsumerHealthTests(MockBroker broker) : IClassFixture<MockBroker>
{
    private readonly string _topic = Some.Name("mnist");
    private readonly QuickTime _time = new(_ => false);

    [Fact]
    public async Task The_brokers_answer_with_what_waits_and_when_the_last_batch_came()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await broker.EnsureTopicAsync(_topic);
        await broker.ProduceAsync(_topic, 0, 0, 3);
        await using ServiceProvider services = Services(storage, broker.BootstrapServers);

        HttpCall before = await AskAsync(services, "3 records wait");
        await ActivatorUtilities.CreateInstance<ClassifyFromKafka>(services).RunAsync(
            [KafkaCall.Record(new EventMessage(null, []) { Origin = new KafkaOrigin(_topic, 0, 0, null, null) })], CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(7));
        HttpCall after = await AskAsync(services, "came 7 s ago");

        Assert.Equal((200, "The brokers answer: 3 records wait; no batch has come yet."), (before.Status, KafkaIn(before)));
        Assert.Equal((200, "The brokers answer: 3 records wait; the last batch, of 1 records, came 7 s ago."), (after.Status, KafkaIn(after)));
    }

    [Fact]
    public async Task Records_that_nobody_fetches_are_told_when_an_invocation_would_be_over()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await broker.EnsureTopicAsync(_topic);
        await broker.ProduceAsync(_topic, 1);
        await using ServiceProvider services = Services(storage, broker.BootstrapServers);
        await AskAsync(services, "1 records wait");

        _time.Advance(TimeSpan.FromMinutes(6));
        HttpCall answer = await AskAsync(services, "nobody reads");

        Assert.Equal(503, answer.Status);
        Assert.Equal("1 records wait; no batch has come yet, and the group has committed nothing for 360 s: nobody reads, though the brokers answer.", KafkaIn(answer));
    }

    [Fact]
    public async Task Brokers_that_are_not_there_are_named_with_what_the_connection_met_and_without_a_secret()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(
            storage, "127.0.0.1:1", ("KafkaProtocol", "SaslPlaintext"), ("KafkaAuthenticationMode", "Plain"), ("KafkaUsername", "digits"), ("KafkaPassword", "hush-hush"));

        HttpCall answer = await AskAsync(services, "refused");

        Assert.Equal(503, answer.Status);
        Assert.StartsWith($"The brokers 127.0.0.1:1 cannot be asked for the topic {_topic}: ", KafkaIn(answer), StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", answer.Json.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>The HTTP pods do not read Kafka, and stay ready when it is away.</summary>
    [Theory]
    [InlineData("AzureFunctionsJobHost:functions:0", "ClassifyFromHttp")]
    [InlineData("AzureWebJobs.ClassifyFromKafka.Disabled", "true")]
    public async Task Kafka_is_not_asked_where_it_is_not_read(string setting, string value)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, "127.0.0.1:1", (setting, value));

        Assert.Null(KafkaIn(await HttpCall.SendAsync<Health>(services, "GET", [])));
    }

    private static string? KafkaIn(HttpCall answer) => answer.Json.GetProperty("checks").EnumerateArray()
        .Where(check => check.GetProperty("name").GetString() == "kafka").Select(check => check.GetProperty("detail").GetString()).SingleOrDefault();

    /// <summary>Asks until the answer is there: the first connection may take longer than a probe waits.</summary>
    private async Task<HttpCall> AskAsync(ServiceProvider services, string expected)
    {
        string? last = null;
        try
        {
            return await Eventually.GetAsync($"answer with '{expected}'", async () =>
            {
                HttpCall answer = await HttpCall.SendAsync<Health>(services, "GET", []);
                last = KafkaIn(answer);
                if (last!.Contains(expected, StringComparison.Ordinal))
                {
                    return answer;
                }

                // Older than an answer is repeated.
                _time.Advance(TimeSpan.FromSeconds(5));
                return null;
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} The last was: {last}", e);
        }
    }

    private ServiceProvider Services(TestStorage storage, string brokers, params (string Key, string Value)[] settings)
    {
        (string Key, string Value)[] all = [("KafkaBrokers", brokers), ("KafkaTopic", _topic), ("KafkaConsumerGroup", "digits"), .. settings];
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(all.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build();
        return CoreServices.Over(
            storage, services => services.AddKafkaConnection().AddKafkaWatch(configuration).AddSingleton<Core.Prediction.IDigitPredictor>(new FixedPredictor(5)).AddSingleton<TimeProvider>(_time), all);
    }
}
