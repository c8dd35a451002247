using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Configuration;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class MissingSettingTests
{
    [Fact]
    public void Every_missing_setting_of_a_trigger_is_named_at_once()
    {
        TriggerSettings settings = new(new ConfigurationBuilder().Build());
        HostedFunction function = KafkaProbe.Function();

        _ = KafkaConsumerConfig.Create(function, new KafkaTriggerOptions(), settings);
        _ = settings.Require(function.Name, "Topic", function.Text("topic"));

        Assert.Equal(
            """
            The setting ProbeBrokers is missing: it names the Kafka brokers of the function KafkaProbe, as host:port[,host:port]. Set it in local.settings.json or as an environment variable.
            The setting ProbeGroup is missing: ConsumerGroup of the function KafkaProbe is %ProbeGroup%. Set it in local.settings.json or as an environment variable.
            The setting ProbeTopic is missing: Topic of the function KafkaProbe is %ProbeTopic%. Set it in local.settings.json or as an environment variable.
            """,
            Assert.Throws<InvalidOperationException>(settings.ThrowIfFaulty).Message);
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
}
