using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>
/// Puts <see cref="KafkaOptions"/> into what the worker tells the host about Kafka triggers. The attribute takes protocol and mechanism as constants only,
/// and the host resolves neither <c>%Setting%</c> nor setting names in them; the other properties it resolves.
/// </summary>
/// <remarks>Of a setting that holds a secret or a path the trigger gets the name, never the value: the host reads the value itself, as it does for <c>KafkaBrokers</c>.</remarks>
public sealed class KafkaConnection(IOptions<KafkaOptions> options) : IFunctionMetadataTransformer
{
    private const string Prefix = "Kafka";

    /// <summary>The settings that the trigger gets by name: their names without the prefix are the names of its properties.</summary>
    private static readonly (string Setting, Func<KafkaOptions, string?> Value)[] ByName =
    [
        (nameof(KafkaOptions.KafkaUsername), options => options.KafkaUsername),
        (nameof(KafkaOptions.KafkaPassword), options => options.KafkaPassword),
        (nameof(KafkaOptions.KafkaSslCaLocation), options => options.KafkaSslCaLocation),
        (nameof(KafkaOptions.KafkaSslCertificateLocation), options => options.KafkaSslCertificateLocation),
        (nameof(KafkaOptions.KafkaSslKeyLocation), options => options.KafkaSslKeyLocation),
        (nameof(KafkaOptions.KafkaSslKeyPassword), options => options.KafkaSslKeyPassword),
        (nameof(KafkaOptions.KafkaSslCaPEM), options => options.KafkaSslCaPEM),
        (nameof(KafkaOptions.KafkaSslCertificatePEM), options => options.KafkaSslCertificatePEM),
        (nameof(KafkaOptions.KafkaSslKeyPEM), options => options.KafkaSslKeyPEM),
        (nameof(KafkaOptions.KafkaOAuthBearerClientId), options => options.KafkaOAuthBearerClientId),
        (nameof(KafkaOptions.KafkaOAuthBearerClientSecret), options => options.KafkaOAuthBearerClientSecret),
        (nameof(KafkaOptions.KafkaOAuthBearerTokenEndpointUrl), options => options.KafkaOAuthBearerTokenEndpointUrl),
        (nameof(KafkaOptions.KafkaOAuthBearerScope), options => options.KafkaOAuthBearerScope),
        (nameof(KafkaOptions.KafkaOAuthBearerExtensions), options => options.KafkaOAuthBearerExtensions),
    ];

    /// <inheritdoc/>
    public string Name => nameof(KafkaConnection);

    /// <inheritdoc/>
    public void Transform(IList<IFunctionMetadata> original)
    {
        ArgumentNullException.ThrowIfNull(original);
        foreach (IList<string> bindings in original.Select(function => function.RawBindings).OfType<IList<string>>())
        {
            for (int i = 0; i < bindings.Count; i++)
            {
                if (JsonNode.Parse(bindings[i]) is JsonObject binding && IsKafkaTrigger(binding))
                {
                    Connect(binding);
                    bindings[i] = binding.ToJsonString();
                }
            }
        }
    }

    private static bool IsKafkaTrigger(JsonObject binding) =>
        "kafkaTrigger".Equals(binding["type"]?.GetValue<string>(), StringComparison.OrdinalIgnoreCase);

    private void Connect(JsonObject trigger)
    {
        KafkaOptions settings = options.Value;
        if (settings.KafkaProtocol is BrokerProtocol.NotSet or BrokerProtocol.Plaintext)
        {
            // What the trigger does anyway: it is left as it was compiled.
            return;
        }

        trigger["protocol"] = settings.KafkaProtocol.ToString();
        if (settings.KafkaAuthenticationMode != BrokerAuthenticationMode.NotSet)
        {
            trigger["authenticationMode"] = settings.KafkaAuthenticationMode.ToString();
        }

        if (settings.KafkaAuthenticationMode == BrokerAuthenticationMode.OAuthBearer)
        {
            // The other method needs a token source in the host's process, and the trigger has none.
            trigger["oAuthBearerMethod"] = nameof(OAuthBearerMethod.Oidc);
        }

        foreach ((string setting, Func<KafkaOptions, string?> value) in ByName)
        {
            if (!string.IsNullOrEmpty(value(settings)))
            {
                trigger[PropertyOf(setting)] = setting;
            }
        }
    }

    /// <summary>The trigger's property that a setting is for, as bindings are written: <c>sslCaLocation</c>.</summary>
    private static string PropertyOf(string setting) => char.ToLowerInvariant(setting[Prefix.Length]) + setting[(Prefix.Length + 1)..];
}
