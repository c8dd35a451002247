using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>librdkafka's settings for a Kafka trigger, put together from its binding and host.json as the Kafka extension does.</summary>
internal static class KafkaConsumerConfig
{
    private const int FetchWaitMs = 50;
    private const string NotSet = "NotSet";

    /// <summary>Puts the settings together; what is missing or cannot be done is noted in <paramref name="settings"/>.</summary>
    public static ConsumerConfig Create(HostedFunction function, KafkaTriggerOptions options, TriggerSettings settings)
    {
        ConsumerConfig config = new()
        {
            BootstrapServers = settings.RequireBrokers(function.Name, function.Text("brokerList")),
            GroupId = settings.Require(function.Name, "ConsumerGroup", function.Text("consumerGroup")),

            // Offsets are stored after the function succeeded and committed from the store, never by reading alone.
            EnableAutoCommit = true,
            EnableAutoOffsetStore = false,
            AutoCommitIntervalMs = options.AutoCommitIntervalMs,
            AutoOffsetReset = options.AutoOffsetReset == AutoOffsetReset.Latest ? AutoOffsetReset.Latest : AutoOffsetReset.Earliest,

            SessionTimeoutMs = options.SessionTimeoutMs,
            MaxPollIntervalMs = options.MaxPollIntervalMs,
            MetadataMaxAgeMs = options.MetadataMaxAgeMs,
            SocketKeepaliveEnable = options.SocketKeepaliveEnable,
            ReconnectBackoffMs = options.ReconnectBackoffMs,
            ReconnectBackoffMaxMs = options.ReconnectBackoffMaxMs,
            QueuedMinMessages = options.QueuedMinMessages,
            QueuedMaxMessagesKbytes = options.QueuedMaxMessagesKbytes,
            MaxPartitionFetchBytes = options.MaxPartitionFetchBytes,
            FetchMaxBytes = options.FetchMaxBytes,
            // librdkafka's own broker answers a fetch that found nothing only when its wait is over, whatever came meanwhile.
            FetchWaitMaxMs = FetchWaitMs,
            Debug = string.IsNullOrWhiteSpace(options.LibkafkaDebug) ? null : options.LibkafkaDebug,
        };

        // As in the extension, credentials and certificates count only where a protocol or an authentication mode is given.
        string protocol = function.Text("protocol") ?? NotSet;
        string mechanism = function.Text("authenticationMode") ?? NotSet;
        if (protocol != NotSet || mechanism != NotSet)
        {
            config.SecurityProtocol = protocol == NotSet ? null : Parse<SecurityProtocol>(function, "Protocol", protocol, settings);
            config.SaslMechanism = mechanism == NotSet ? null : Parse<SaslMechanism>(function, "AuthenticationMode", mechanism, settings);
            AddCredentials(config, function, settings);
        }

        return config;
    }

    private static void AddCredentials(ConsumerConfig config, HostedFunction function, TriggerSettings settings)
    {
        if (config.SaslMechanism == SaslMechanism.OAuthBearer)
        {
            settings.Refuse($"The function {function.Name} asks for AuthenticationMode OAuthBearer, which the local host cannot do. It can do Gssapi, Plain, ScramSha256 and ScramSha512.");
        }

        string? Resolve(string property) => settings.Resolve(function.Name, property, function.Text(property));

        config.SaslUsername = Resolve("Username");
        config.SaslPassword = Resolve("Password");
        config.SslCaLocation = Resolve("SslCaLocation");
        config.SslCertificateLocation = Resolve("SslCertificateLocation");
        config.SslKeyLocation = Resolve("SslKeyLocation");
        config.SslKeyPassword = Resolve("SslKeyPassword");
        config.SslCaPem = Resolve("SslCaPEM");
        config.SslCertificatePem = Resolve("SslCertificatePEM");
        config.SslKeyPem = Resolve("SslKeyPEM");
    }

    private static T? Parse<T>(HostedFunction function, string property, string text, TriggerSettings settings)
        where T : struct, Enum
    {
        if (Enum.TryParse(text, ignoreCase: true, out T value))
        {
            return value;
        }

        settings.Refuse($"{property} of the function {function.Name} must be one of {string.Join(", ", Enum.GetNames<T>())}; it is '{text}'.");
        return null;
    }
}
