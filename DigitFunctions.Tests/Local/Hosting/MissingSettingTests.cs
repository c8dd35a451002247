using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class MissingSettingTests
{
    [Fact]
    public async Task A_host_without_the_settings_of_its_trigger_names_them_all()
    {
        await using FunctionsHost host = HostUnderTest.Create([nameof(KafkaProbe)], []);

        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Equal(
            """
            The setting ProbeBrokers is missing: it names the Kafka brokers of the function KafkaProbe, as host:port[,host:port]. Set it in local.settings.json or as an environment variable.
            The setting ProbeGroup is missing: ConsumerGroup of the function KafkaProbe is %ProbeGroup%. Set it in local.settings.json or as an environment variable.
            The setting ProbeTopic is missing: Topic of the function KafkaProbe is %ProbeTopic%. Set it in local.settings.json or as an environment variable.
            """,
            fault.Message);
    }

    [Theory]
    [InlineData("Brokers", "broker:9092")]
    [InlineData("%Brokers%", "broker:9092")]
    [InlineData("127.0.0.1:9092,localhost:9093", "127.0.0.1:9092,localhost:9093")]
    [InlineData("%Host%:%Port%", "kafka:9094")]
    [InlineData("Kafka__Brokers", "nested:9092")]
    public void Brokers_are_a_setting_or_a_list(string brokers, string expected)
    {
        TriggerSettings settings = new(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Brokers"] = "broker:9092",
            ["Host"] = "kafka",
            ["Port"] = "9094",
            ["Kafka:Brokers"] = "nested:9092",
        }).Build());

        Assert.Equal(expected, settings.RequireBrokers("F", brokers));
        settings.ThrowIfFaulty();
    }

    [Fact]
    public async Task A_host_without_functions_says_so()
    {
        await using FunctionsHost host = HostUnderTest.Create(["Nobody"], []);

        InvalidOperationException fault = await Assert.ThrowsAsync<InvalidOperationException>(() => host.StartAsync());

        Assert.Equal("DigitFunctions.Tests has no function to run: no public method marked [Function], or none that host.json and the settings leave switched on.", fault.Message);
    }
}
