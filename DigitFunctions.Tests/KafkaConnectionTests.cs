using System.Reflection;
using System.Text.Json.Nodes;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Hosting.Rpc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Tests;

/// <summary>TLS and SASL by settings: what the host is told of the trigger, and which settings are refused.</summary>
public sealed class KafkaConnectionTests
{
    // What the Functions SDK generates for ClassifyFromKafka.
    private const string Compiled =
        """{"name":"records","type":"kafkaTrigger","direction":"In","brokerList":"KafkaBrokers","topic":"%KafkaTopic%","consumerGroup":"%KafkaConsumerGroup%","cardinality":"Many"}""";

    private static readonly string Deferred = Compiled[..^1] + ""","properties":{"supportsDeferredBinding":"True"}}""";

    private const string Certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

    [Theory]
    [InlineData]
    [InlineData("KafkaProtocol", "Plaintext", "KafkaAuthenticationMode", "NotSet", "KafkaUsername", "", "KafkaSslCaLocation", "")]
    public void Without_settings_the_trigger_stays_as_it_was_compiled(params string[] settings) =>
        Assert.Equal(Compiled, Transform(Compiled, settings));

    [Fact]
    public void Protocol_and_mechanism_are_told_as_values_and_all_else_by_the_name_of_its_setting()
    {
        string told = Transform(Compiled, "KafkaProtocol", "SaslSsl", "KafkaAuthenticationMode", "ScramSha512",
            "KafkaUsername", "app", "KafkaPassword", "hunter2", "KafkaSslCaPEM", Certificate);

        JsonObject expected = JsonNode.Parse(Compiled)!.AsObject();
        expected["protocol"] = "SaslSsl";
        expected["authenticationMode"] = "ScramSha512";
        expected["username"] = "KafkaUsername";
        expected["password"] = "KafkaPassword";
        expected["sslCaPEM"] = "KafkaSslCaPEM";
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(told)), told);
        Assert.DoesNotContain("hunter2", told, StringComparison.Ordinal);
    }

    [Fact]
    public void OAuth_goes_by_OpenID_Connect()
    {
        JsonNode told = JsonNode.Parse(Transform(Compiled, "KafkaProtocol", "SaslSsl", "KafkaAuthenticationMode", "OAuthBearer",
            "KafkaOAuthBearerClientId", "app", "KafkaOAuthBearerClientSecret", "hunter2", "KafkaOAuthBearerTokenEndpointUrl", "https://id.example.com/token"))!;

        Assert.Equal("OAuthBearer", (string?)told["authenticationMode"]);
        Assert.Equal("Oidc", (string?)told["oAuthBearerMethod"]);
        Assert.Equal("KafkaOAuthBearerTokenEndpointUrl", (string?)told["oAuthBearerTokenEndpointUrl"]);
    }

    [Fact]
    public void Other_bindings_stay_as_they_are()
    {
        const string Http = """{"name":"request","type":"httpTrigger","direction":"In","authLevel":"Function","route":"api/events"}""";

        Assert.Equal(Http, Transform(Http, "KafkaProtocol", "Ssl"));
    }

    [Fact]
    public void Every_setting_is_a_property_of_the_trigger()
    {
        string[] trigger = [.. typeof(KafkaTriggerAttribute).GetProperties().Select(property => $"Kafka{property.Name}"), nameof(KafkaOptions.KafkaBrokers), nameof(KafkaOptions.KafkaResultTopic)];

        Assert.All(
            typeof(KafkaOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance),
            property => Assert.Contains(property.Name, trigger));
    }

    [Theory]
    [InlineData("KafkaAuthenticationMode must be Plain, ScramSha256, ScramSha512, Gssapi or OAuthBearer when KafkaProtocol is SaslSsl; it is not set.", "KafkaProtocol", "SaslSsl")]
    [InlineData("KafkaProtocol must be SaslPlaintext or SaslSsl when KafkaAuthenticationMode is Gssapi; it is Ssl.", "KafkaProtocol", "Ssl", "KafkaAuthenticationMode", "Gssapi")]
    [InlineData("KafkaProtocol must be SaslPlaintext or SaslSsl when KafkaPassword is set; it is Plaintext.", "KafkaPassword", "hunter2")]
    [InlineData("KafkaPassword must be set when KafkaAuthenticationMode is Plain; it is not set.", "KafkaProtocol", "SaslSsl", "KafkaAuthenticationMode", "Plain", "KafkaUsername", "app")]
    [InlineData("KafkaProtocol must be Ssl or SaslSsl when KafkaSslCaPEM is set; it is Plaintext.", "KafkaSslCaPEM", Certificate)]
    [InlineData("KafkaSslCaLocation must be the path of a file; there is none at '/nowhere/ca.crt'.", "KafkaProtocol", "Ssl", "KafkaSslCaLocation", "/nowhere/ca.crt")]
    [InlineData("KafkaSslKeyLocation (or its PEM) must be set when KafkaSslCertificateLocation (or its PEM) is; it is not set.", "KafkaProtocol", "Ssl", "KafkaSslCertificatePEM", Certificate)]
    [InlineData("KafkaSslCaPEM must hold PEM from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----; it does not.", "KafkaProtocol", "Ssl", "KafkaSslCaPEM", "MIIB")]
    [InlineData("KafkaProtocol must be one of Plaintext, Ssl, SaslPlaintext, SaslSsl, NotSet; it is 'SASL_SSL'.", "KafkaProtocol", "SASL_SSL")]
    [InlineData("KafkaResultTopic must be another topic than KafkaTopic; both are mnist.", "KafkaResultTopic", "mnist")]
    [InlineData(
        "KafkaBrokers must be the Kafka brokers, as host:port[,host:port], when KafkaResultTopic is set; it is not set.",
        "KafkaResultTopic", "results", "KafkaBrokers", "", "AzureWebJobs.ClassifyFromKafka.Disabled", "true")]
    public void Settings_that_do_not_go_together_are_refused_at_start(string fault, params string[] settings)
    {
        OptionsValidationException thrown = Assert.Throws<OptionsValidationException>(
            () => Services(["Sorting__SourceBuckets__0", "mnist", .. settings]).GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal([fault], thrown.Failures);
    }

    [Fact]
    public void The_local_host_honours_the_same_settings()
    {
        string authority = typeof(KafkaConnectionTests).Assembly.Location;
        string[] settings =
        [
            "KafkaBrokers", "kafka:9093", "KafkaTopic", "mnist", "KafkaConsumerGroup", "digitfunctions", "KafkaProtocol", "SaslSsl",
            "KafkaAuthenticationMode", "ScramSha256", "KafkaUsername", "app", "KafkaPassword", "hunter2", "KafkaSslCaLocation", authority,
        ];
        HostedFunction function = HostedFunction.Read(new RpcFunctionMetadata { Name = "F", RawBindings = { Transform(Deferred, settings) } });

        Confluent.Kafka.ConsumerConfig config = KafkaConsumerConfig.Create(function, new KafkaTriggerOptions(), new TriggerSettings(Configuration(settings)));

        Assert.Equal(Confluent.Kafka.SecurityProtocol.SaslSsl, config.SecurityProtocol);
        Assert.Equal(Confluent.Kafka.SaslMechanism.ScramSha256, config.SaslMechanism);
        Assert.Equal(("app", "hunter2", authority), (config.SaslUsername, config.SaslPassword, config.SslCaLocation));
        Assert.Equal(("kafka:9093", "digitfunctions", "%KafkaTopic%", true), (config.BootstrapServers, config.GroupId, function.Text("topic"), function.IsBatched));
    }

    private static string Transform(string binding, params string[] settings)
    {
        var function = new DefaultFunctionMetadata { Name = "F", RawBindings = new List<string> { binding } };
        Connection(settings).Transform(new List<IFunctionMetadata> { function });
        return Assert.Single(function.RawBindings);
    }

    private static KafkaConnection Connection(string[] settings) =>
        Assert.IsType<KafkaConnection>(Services(settings).GetRequiredService<IFunctionMetadataTransformer>());

    private static ServiceProvider Services(string[] settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(Configuration(["KafkaBrokers", "kafka:9092", "KafkaTopic", "mnist", "KafkaConsumerGroup", "g", .. settings]));
        services.AddLogging();
        Core.DigitCore.AddDigitCore(services).AddKafkaConnection();
        return services.BuildServiceProvider();
    }

    private static IConfiguration Configuration(string[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Chunk(2).Reverse().DistinctBy(pair => pair[0]).Select(pair => KeyValuePair.Create(pair[0].Replace("__", ":", StringComparison.Ordinal), (string?)pair[1])))
        .Build();
}
