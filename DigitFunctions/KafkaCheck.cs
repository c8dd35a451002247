using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>
/// Finds settings of the Kafka connection that do not go together. The trigger and librdkafka would ignore most of them without a word,
/// and a password that is set but not used is a connection that is not what its operator thinks.
/// </summary>
internal sealed class KafkaCheck(IConfiguration configuration) : IValidateOptions<KafkaOptions>
{
    private const string Sasl = "KafkaProtocol must be SaslPlaintext or SaslSsl";
    private const string Tls = "KafkaProtocol must be Ssl or SaslSsl";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, KafkaOptions options)
    {
        string[] faults = [.. FaultsOfTrigger(options), .. FaultsOfResults(options), .. FaultsOfSasl(options), .. FaultsOfTls(options)];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>The host would find these out one after the other, and only after the application has started.</summary>
    private IEnumerable<string> FaultsOfTrigger(KafkaOptions options)
    {
        if (KafkaServices.IsSwitchedOff(configuration))
        {
            yield break;
        }

        (string Name, string? Value, string Wanted)[] needed =
        [
            (nameof(options.KafkaBrokers), options.KafkaBrokers, "the Kafka brokers, as host:port[,host:port]"),
            (nameof(options.KafkaTopic), options.KafkaTopic, "the topic of the events, such as mnist"),
            (nameof(options.KafkaConsumerGroup), options.KafkaConsumerGroup, "a consumer group, such as digitfunctions"),
        ];
        foreach ((string missing, _, string wanted) in needed.Where(setting => string.IsNullOrWhiteSpace(setting.Value)))
        {
            yield return $"{missing} must be {wanted}; it is not set.";
        }
    }

    private IEnumerable<string> FaultsOfResults(KafkaOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.KafkaResultTopic))
        {
            yield break;
        }

        if (KafkaServices.IsSwitchedOff(configuration) && string.IsNullOrWhiteSpace(options.KafkaBrokers))
        {
            yield return "KafkaBrokers must be the Kafka brokers, as host:port[,host:port], when KafkaResultTopic is set; it is not set.";
        }

        // Each event would be read as an announcement again.
        if (options.KafkaResultTopic == options.KafkaTopic)
        {
            yield return $"KafkaResultTopic must be another topic than KafkaTopic; both are {options.KafkaTopic}.";
        }
    }

    private static IEnumerable<string> FaultsOfSasl(KafkaOptions options)
    {
        BrokerAuthenticationMode mode = options.KafkaAuthenticationMode;
        string is_ = $"; it is {options.KafkaProtocol}.";
        if (options.Authenticates && mode == BrokerAuthenticationMode.NotSet)
        {
            yield return $"KafkaAuthenticationMode must be Plain, ScramSha256, ScramSha512, Gssapi or OAuthBearer when KafkaProtocol is {options.KafkaProtocol}; it is not set.";
        }

        if (!options.Authenticates && mode != BrokerAuthenticationMode.NotSet)
        {
            yield return $"{Sasl} when KafkaAuthenticationMode is {mode}{is_}";
        }

        (string Name, string? Value)[] user = [(nameof(options.KafkaUsername), options.KafkaUsername), (nameof(options.KafkaPassword), options.KafkaPassword)];
        (string Name, string? Value)[] client =
        [
            (nameof(options.KafkaOAuthBearerClientId), options.KafkaOAuthBearerClientId),
            (nameof(options.KafkaOAuthBearerClientSecret), options.KafkaOAuthBearerClientSecret),
            (nameof(options.KafkaOAuthBearerTokenEndpointUrl), options.KafkaOAuthBearerTokenEndpointUrl),
        ];
        (string Name, string? Value)[] needed = mode switch
        {
            BrokerAuthenticationMode.Plain or BrokerAuthenticationMode.ScramSha256 or BrokerAuthenticationMode.ScramSha512 => user,
            BrokerAuthenticationMode.OAuthBearer => client,
            _ => [],
        };
        foreach ((string missing, _) in needed.Where(setting => string.IsNullOrEmpty(setting.Value)))
        {
            yield return $"{missing} must be set when KafkaAuthenticationMode is {mode}; it is not set.";
        }

        foreach ((string unused, _) in user.Concat(client).Where(setting => !options.Authenticates && !string.IsNullOrEmpty(setting.Value)))
        {
            yield return $"{Sasl} when {unused} is set{is_}";
        }
    }

    private static IEnumerable<string> FaultsOfTls(KafkaOptions options)
    {
        (string Name, string? File, string InPlace, string? Pem, string Label)[] parts =
        [
            (nameof(options.KafkaSslCaLocation), options.KafkaSslCaLocation, nameof(options.KafkaSslCaPEM), options.KafkaSslCaPEM, "CERTIFICATE"),
            (nameof(options.KafkaSslCertificateLocation), options.KafkaSslCertificateLocation, nameof(options.KafkaSslCertificatePEM), options.KafkaSslCertificatePEM, "CERTIFICATE"),
            (nameof(options.KafkaSslKeyLocation), options.KafkaSslKeyLocation, nameof(options.KafkaSslKeyPEM), options.KafkaSslKeyPEM, "PRIVATE KEY"),
        ];
        foreach ((string location, string? file, string inPlace, string? pem, string label) in parts)
        {
            bool hasFile = !string.IsNullOrEmpty(file);
            bool hasPem = !string.IsNullOrEmpty(pem);
            if (!options.Encrypts && (hasFile || hasPem))
            {
                yield return $"{Tls} when {(hasFile ? location : inPlace)} is set; it is {options.KafkaProtocol}.";
            }

            if (hasFile && hasPem)
            {
                yield return $"{location} and {inPlace} cannot be set both.";
            }

            if (hasFile && !Exists(file!))
            {
                yield return $"{location} must be the path of a file; there is none at '{file}'.";
            }

            // The trigger takes only what stands between these lines, and nothing at all where they are missing.
            if (hasPem && !(pem!.Contains($"-----BEGIN {label}-----", StringComparison.Ordinal) && pem.Contains($"-----END {label}-----", StringComparison.Ordinal)))
            {
                yield return $"{inPlace} must hold PEM from -----BEGIN {label}----- to -----END {label}-----; it does not.";
            }
        }

        bool hasCertificate = !string.IsNullOrEmpty(options.KafkaSslCertificateLocation) || !string.IsNullOrEmpty(options.KafkaSslCertificatePEM);
        bool hasKey = !string.IsNullOrEmpty(options.KafkaSslKeyLocation) || !string.IsNullOrEmpty(options.KafkaSslKeyPEM);
        if (hasCertificate != hasKey)
        {
            (string missing, string given) = hasKey
                ? (nameof(options.KafkaSslCertificateLocation), nameof(options.KafkaSslKeyLocation))
                : (nameof(options.KafkaSslKeyLocation), nameof(options.KafkaSslCertificateLocation));
            yield return $"{missing} (or its PEM) must be set when {given} (or its PEM) is; it is not set.";
        }
    }

    /// <summary>The trigger looks beside the app as well.</summary>
    private static bool Exists(string path) => File.Exists(path) || File.Exists(Path.Combine(AppContext.BaseDirectory, Path.GetFileName(path)));
}
