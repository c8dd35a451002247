using Confluent.Kafka;
using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class HostJsonTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"host-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Where_host_json_is_silent_the_extensions_defaults_hold()
    {
        HostJson host = Read("""{ "version": "2.0" }""");

        Assert.Equal("api", host.RoutePrefix);
        Assert.Empty(host.Functions);
        Assert.Equal(
            (64, 1, 1, true, 5, 200, 10_000, null, AutoOffsetReset.Earliest),
            (host.Kafka.MaxBatchSize, host.Kafka.SubscriberIntervalInSeconds, host.Kafka.ExecutorChannelCapacity, host.Kafka.CommitOnFailure, host.Kafka.MaxRetries,
                host.Kafka.AutoCommitIntervalMs, host.Kafka.SessionTimeoutMs, host.Kafka.MaxPollIntervalMs, host.Kafka.AutoOffsetReset));
    }

    [Fact]
    public void What_host_json_says_is_kept_and_a_setting_wins_over_it()
    {
        HostJson host = Read(
            """
            {
              "version": "2.0", // as Azure allows
              "functions": [ "A" ],
              "extensions": {
                "http": { "routePrefix": "" },
                "kafka": { "maxBatchSize": 32, "commitOnFailure": false, "maxRetries": -1, "maxPollIntervalMs": 300000, "autoOffsetReset": "latest" }
              }
            }
            """,
            new() { ["AzureFunctionsJobHost:extensions:kafka:maxBatchSize"] = "8" });

        Assert.Equal("", host.RoutePrefix);
        Assert.Equal(["A"], host.Functions);
        Assert.Equal(
            (8, false, -1, 300_000, AutoOffsetReset.Latest),
            (host.Kafka.MaxBatchSize, host.Kafka.CommitOnFailure, host.Kafka.MaxRetries, host.Kafka.MaxPollIntervalMs, host.Kafka.AutoOffsetReset));
    }

    [Fact]
    public void Every_value_out_of_range_is_named()
    {
        InvalidDataException fault = Assert.Throws<InvalidDataException>(() => Read("""{ "extensions": { "kafka": { "maxBatchSize": 0, "maxRetries": -2 } } }"""));

        Assert.Equal(
            $"{_path}, extensions.kafka: The field MaxBatchSize must be between 1 and 2147483647. The field MaxRetries must be between -1 and 2147483647.",
            fault.Message);
    }

    [Theory]
    [InlineData("{ not json")]
    [InlineData("""{ "extensions": { "kafka": { "maxBatchSize": "many" } } }""")]
    public void A_file_that_cannot_be_read_is_named(string json) =>
        Assert.StartsWith($"{_path} cannot be used: ", Assert.Throws<InvalidDataException>(() => Read(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal(_path, Assert.Throws<FileNotFoundException>(() => HostJson.Read(_path, new ConfigurationBuilder().Build())).FileName);

    [Fact]
    public void A_function_can_be_switched_off()
    {
        IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection([new("AzureWebJobs.B.Disabled", "true"), new("AzureWebJobs:C:Disabled", "1")]).Build();

        Assert.True(new HostJson().Runs("A", settings));
        Assert.False(new HostJson().Runs("B", settings));
        Assert.False(new HostJson().Runs("C", settings));
        Assert.False(new HostJson { Functions = ["D"] }.Runs("A", settings));
    }

    private HostJson Read(string json, Dictionary<string, string?>? settings = null)
    {
        File.WriteAllText(_path, json);
        return HostJson.Read(_path, new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }
}
