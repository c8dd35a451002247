using System.ComponentModel.DataAnnotations;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions;

/// <summary>The Kafka connection. Each property is a setting of that very name; the trigger's attribute names the first three, <see cref="KafkaConnection"/> hands it the others.</summary>
/// <remarks>What each means is said in the Kafka trigger's documentation and in librdkafka's CONFIGURATION.md.</remarks>
public sealed class KafkaOptions
{
    /// <summary>The section's name in the settings: none.</summary>
    public const string SectionName = "";

    /// <summary>Where to find the brokers: <c>host:port[,host:port]</c>. Needed as the next two are, unless the function is switched off.</summary>
    public string? KafkaBrokers { get; set; }

    /// <summary>The topic of the events.</summary>
    public string? KafkaTopic { get; set; }

    /// <summary>The consumer group, which keeps how far the topic was read.</summary>
    public string? KafkaConsumerGroup { get; set; }

    /// <summary>The topic of the result events, one for each picture that is filed. At the same brokers; not <see cref="KafkaTopic"/>.</summary>
    /// <value>Not set by default: no events are written.</value>
    public string? KafkaResultTopic { get; set; }

    /// <summary>Whether the connection is encrypted (<c>Ssl</c>), authenticated by SASL, both (<c>SaslSsl</c>), or neither.</summary>
    /// <value>The default is <see cref="BrokerProtocol.Plaintext"/>.</value>
    [EnumDataType(typeof(BrokerProtocol), ErrorMessage = "must be Plaintext, Ssl, SaslPlaintext or SaslSsl")]
    public BrokerProtocol KafkaProtocol { get; set; } = BrokerProtocol.Plaintext;

    /// <summary>The SASL mechanism.</summary>
    /// <value>The default is <see cref="BrokerAuthenticationMode.NotSet"/>: none.</value>
    [EnumDataType(typeof(BrokerAuthenticationMode), ErrorMessage = "must be NotSet, Plain, ScramSha256, ScramSha512, Gssapi or OAuthBearer")]
    public BrokerAuthenticationMode KafkaAuthenticationMode { get; set; } = BrokerAuthenticationMode.NotSet;

    /// <summary>The user, for <c>Plain</c> and <c>Scram</c>.</summary>
    public string? KafkaUsername { get; set; }

    /// <summary>The user's password.</summary>
    public string? KafkaPassword { get; set; }

    /// <summary>File with the certificates, in PEM, of the authorities that may vouch for the brokers; the system's own where it is not set.</summary>
    public string? KafkaSslCaLocation { get; set; }

    /// <summary>File with the client's certificate, in PEM, where the brokers ask for one.</summary>
    public string? KafkaSslCertificateLocation { get; set; }

    /// <summary>File with the client's private key, in PEM.</summary>
    public string? KafkaSslKeyLocation { get; set; }

    /// <summary>The password of the client's private key.</summary>
    public string? KafkaSslKeyPassword { get; set; }

    /// <summary>The authority's certificate itself, in place of <see cref="KafkaSslCaLocation"/>; one certificate, line breaks as they are or as <c>\n</c>.</summary>
    public string? KafkaSslCaPEM { get; set; }

    /// <summary>The client's certificate itself, in place of <see cref="KafkaSslCertificateLocation"/>.</summary>
    public string? KafkaSslCertificatePEM { get; set; }

    /// <summary>The client's private key itself, in place of <see cref="KafkaSslKeyLocation"/>: PKCS #8, not encrypted.</summary>
    public string? KafkaSslKeyPEM { get; set; }

    /// <summary>The client's id at the identity provider, for <c>OAuthBearer</c>, which is always OpenID Connect.</summary>
    public string? KafkaOAuthBearerClientId { get; set; }

    /// <summary>The client's secret at the identity provider.</summary>
    public string? KafkaOAuthBearerClientSecret { get; set; }

    /// <summary>The identity provider's address for tokens.</summary>
    [RegularExpression("https?://.+", ErrorMessage = "must be the http or https address of the identity provider's token endpoint")]
    public string? KafkaOAuthBearerTokenEndpointUrl { get; set; }

    /// <summary>The scope that is asked for; optional.</summary>
    public string? KafkaOAuthBearerScope { get; set; }

    /// <summary>Extensions that the brokers are told, as <c>name=value,…</c>; optional.</summary>
    public string? KafkaOAuthBearerExtensions { get; set; }

    /// <summary>Whether the connection is encrypted.</summary>
    internal bool Encrypts => KafkaProtocol is BrokerProtocol.Ssl or BrokerProtocol.SaslSsl;

    /// <summary>Whether the connection is authenticated by SASL.</summary>
    internal bool Authenticates => KafkaProtocol is BrokerProtocol.SaslPlaintext or BrokerProtocol.SaslSsl;
}
