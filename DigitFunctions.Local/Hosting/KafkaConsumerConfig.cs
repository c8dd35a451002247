using Confluent.Kafka;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Local.Hosting;

/// <summary>librdkafka's settings for a Kafka trigger, put together from its attribute and host.json as the Kafka extension does.</summary>
internal static class KafkaConsumerConfig
{
    private const int FetchWaitMs = 50;

    /// <summary>Puts the settings together; what is missing or cannot be done is noted in <paramref name="settings"/>.</summary>
    public static ConsumerConfig Create(string function, KafkaTriggerAttribute trigger, KafkaTriggerOptions options, TriggerSettings settings)
    {
        ConsumerConfig config = new()
        {
            BootstrapServers = settings.RequireBrokers(function, trigger.BrokerList),
            GroupId = settings.Require(function, nameof(trigger.ConsumerGroup), trigger.ConsumerGroup),

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
        if (trigger.Protocol != BrokerProtocol.NotSet || trigger.AuthenticationMode != BrokerAuthenticationMode.NotSet)
        {
            AddSecurity(config, function, trigger, settings);
        }

        return config;
    }

    private static void AddSecurity(ConsumerConfig config, string function, KafkaTriggerAttribute trigger, TriggerSettings settings)
    {
        if (trigger.AuthenticationMode == BrokerAuthenticationMode.OAuthBearer)
        {
            settings.Refuse($"The function {function} asks for AuthenticationMode OAuthBearer, which the local host cannot do. It can do Gssapi, Plain, ScramSha256 and ScramSha512.");
        }

        string? Resolve(string property, string? value) => settings.Resolve(function, property, value);

        config.SecurityProtocol = trigger.Protocol switch
        {
            BrokerProtocol.Plaintext => SecurityProtocol.Plaintext,
            BrokerProtocol.Ssl => SecurityProtocol.Ssl,
            BrokerProtocol.SaslPlaintext => SecurityProtocol.SaslPlaintext,
            BrokerProtocol.SaslSsl => SecurityProtocol.SaslSsl,
            _ => null,
        };
        config.SaslMechanism = trigger.AuthenticationMode switch
        {
            BrokerAuthenticationMode.Gssapi => SaslMechanism.Gssapi,
            BrokerAuthenticationMode.Plain => SaslMechanism.Plain,
            BrokerAuthenticationMode.ScramSha256 => SaslMechanism.ScramSha256,
            BrokerAuthenticationMode.ScramSha512 => SaslMechanism.ScramSha512,
            _ => null,
        };
        config.SaslUsername = Resolve(nameof(trigger.Username), trigger.Username);
        config.SaslPassword = Resolve(nameof(trigger.Password), trigger.Password);
        config.SslCaLocation = Resolve(nameof(trigger.SslCaLocation), trigger.SslCaLocation);
        config.SslCertificateLocation = Resolve(nameof(trigger.SslCertificateLocation), trigger.SslCertificateLocation);
        config.SslKeyLocation = Resolve(nameof(trigger.SslKeyLocation), trigger.SslKeyLocation);
        config.SslKeyPassword = Resolve(nameof(trigger.SslKeyPassword), trigger.SslKeyPassword);
        config.SslCaPem = Resolve(nameof(trigger.SslCaPEM), trigger.SslCaPEM);
        config.SslCertificatePem = Resolve(nameof(trigger.SslCertificatePEM), trigger.SslCertificatePEM);
        config.SslKeyPem = Resolve(nameof(trigger.SslKeyPEM), trigger.SslKeyPEM);
    }
}
