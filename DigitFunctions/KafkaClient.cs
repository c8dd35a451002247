using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions;

/// <summary>librdkafka's settings for the worker's own clients, from the settings that the trigger's consumer gets.</summary>
internal static class KafkaClient
{
    /// <summary>The settings of a client that is asked now and then, and reads nothing. A consumer's, since a producer that asks for a topic may make it.</summary>
    public static ConsumerConfig Consumer(KafkaOptions options) =>
        Connect(new ConsumerConfig { ClientId = "digitfunctions-health", GroupId = options.KafkaConsumerGroup, EnableAutoCommit = false }, options);

    /// <summary>The settings of a client that writes: what it reports as delivered is on all replicas that are in sync.</summary>
    /// <remarks>Not an idempotent producer: that one can end up in a state in which it writes nothing more, and readers meet duplicates anyhow.</remarks>
    /// <param name="options">Where to.</param>
    /// <param name="deliveryMs">How long it tries.</param>
    public static ProducerConfig Producer(KafkaOptions options, int deliveryMs) => Connect(
        new ProducerConfig { ClientId = "digitfunctions-results", Acks = Acks.All, MessageTimeoutMs = deliveryMs, LingerMs = 2 }, options);

    private static T Connect<T>(T config, KafkaOptions options)
        where T : ClientConfig
    {
        config.BootstrapServers = options.KafkaBrokers;
        config.SecurityProtocol = Enum.Parse<SecurityProtocol>(options.KafkaProtocol.ToString());
        // Soon back once the brokers are; probes come every few seconds.
        config.ReconnectBackoffMaxMs = 2000;
        if (options.Authenticates)
        {
            AddSasl(config, options);
        }

        if (options.Encrypts)
        {
            config.SslCaLocation = PathOf(options.KafkaSslCaLocation);
            config.SslCertificateLocation = PathOf(options.KafkaSslCertificateLocation);
            config.SslKeyLocation = PathOf(options.KafkaSslKeyLocation);
            config.SslKeyPassword = NullIfEmpty(options.KafkaSslKeyPassword);
            config.SslCaPem = Pem(options.KafkaSslCaPEM);
            config.SslCertificatePem = Pem(options.KafkaSslCertificatePEM);
            config.SslKeyPem = Pem(options.KafkaSslKeyPEM);
        }

        return config;
    }

    private static void AddSasl(ClientConfig config, KafkaOptions options)
    {
        config.SaslMechanism = Enum.Parse<SaslMechanism>(options.KafkaAuthenticationMode.ToString());
        if (options.KafkaAuthenticationMode == BrokerAuthenticationMode.OAuthBearer)
        {
            config.SaslOauthbearerMethod = SaslOauthbearerMethod.Oidc;
            config.SaslOauthbearerClientId = options.KafkaOAuthBearerClientId;
            config.SaslOauthbearerClientSecret = options.KafkaOAuthBearerClientSecret;
            config.SaslOauthbearerTokenEndpointUrl = options.KafkaOAuthBearerTokenEndpointUrl;
            config.SaslOauthbearerScope = NullIfEmpty(options.KafkaOAuthBearerScope);
            config.SaslOauthbearerExtensions = NullIfEmpty(options.KafkaOAuthBearerExtensions);
        }
        else
        {
            config.SaslUsername = NullIfEmpty(options.KafkaUsername);
            config.SaslPassword = NullIfEmpty(options.KafkaPassword);
        }
    }

    /// <summary>The trigger looks beside the app as well.</summary>
    private static string? PathOf(string? file) =>
        string.IsNullOrEmpty(file) || File.Exists(file) ? NullIfEmpty(file) : Path.Combine(AppContext.BaseDirectory, Path.GetFileName(file));

    // A setting of one line writes a line break as \n.
    private static string? Pem(string? text) => NullIfEmpty(text)?.Replace("\\n", "\n", StringComparison.Ordinal);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
