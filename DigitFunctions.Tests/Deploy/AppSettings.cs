using System.Reflection;
using System.Text.RegularExpressions;
using DigitFunctions.Core;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Tests.Deploy;

/// <summary>What the app, the Functions host and AWS's SDK take from the environment.</summary>
internal static partial class AppSettings
{
    /// <summary>What the Functions host, ASP.NET Core, OpenTelemetry or AWS's credential chain read.</summary>
    private static readonly string[] Hosts =
    [
        "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "FUNCTIONS_WORKER_RUNTIME", "FUNCTIONS_LOG_PATH", "FUNCTIONS_SECRETS_PATH", "AzureWebJobsScriptRoot",
        "AzureWebJobsSecretStorageType", "AzureFunctionsJobHost__Logging__Console__IsEnabled", "ASPNETCORE_URLS", "HOME", "LD_LIBRARY_PATH",
        "FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING", "DOTNET_GCHeapHardLimitPercent", "SSL_CERT_DIR", TelemetryExport.OtlpSetting, "OTEL_EXPORTER_OTLP_PROTOCOL", TelemetryExport.AzureMonitorSetting,
    ];

    private static readonly Dictionary<string, Type> Sections = new()
    {
        [$"{S3Options.SectionName}__"] = typeof(S3Options),
        [$"{SortingOptions.SectionName}__"] = typeof(SortingOptions),
        [$"{ImagingOptions.SectionName}__"] = typeof(ImagingOptions),
        [$"{PredictionOptions.SectionName}__"] = typeof(PredictionOptions),
        [$"{ProcessingOptions.SectionName}__"] = typeof(ProcessingOptions),
        [$"{PageOptions.SectionName}__"] = typeof(PageOptions),
        [KafkaOptions.SectionName] = typeof(KafkaOptions),
    };

    /// <summary>The functions by name, with the HTTP trigger of those that have one.</summary>
    public static IReadOnlyDictionary<string, HttpTriggerAttribute?> Functions { get; } = (
        from method in typeof(ClassifyFromKafka).Assembly.GetTypes().SelectMany(type => type.GetMethods())
        let function = method.GetCustomAttribute<FunctionAttribute>()
        where function is not null
        select (function.Name, method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null)))
        .ToDictionary<(string Name, HttpTriggerAttribute? Trigger), string, HttpTriggerAttribute?>(one => one.Name, one => one.Trigger);

    /// <summary>The functions that ask for a key.</summary>
    public static IEnumerable<string> KeyedFunctions => Functions.Where(one => one.Value is { AuthLevel: not AuthorizationLevel.Anonymous }).Select(one => one.Key);

    /// <summary>The settings that the Kafka trigger names: brokers, topic, group.</summary>
    public static IReadOnlyList<string> OfTrigger { get; } = NamesIn(
        typeof(ClassifyFromKafka).GetMethods().SelectMany(method => method.GetParameters()).Select(parameter => parameter.GetCustomAttribute<KafkaTriggerAttribute>()).OfType<KafkaTriggerAttribute>().Single());

    /// <summary>Names that nobody reads, and functions that do not exist.</summary>
    public static IEnumerable<string> UnknownIn(IEnumerable<KeyValuePair<string, string>> environment)
    {
        foreach ((string name, string value) in environment)
        {
            if (FunctionEntry().IsMatch(name))
            {
                if (!Functions.ContainsKey(value))
                {
                    yield return $"{name} names {value}, which is no function of the app";
                }
            }
            else if (!Hosts.Contains(name) && !OfTrigger.Contains(name) && !Sections.Any(section => IsIn(section.Key, section.Value, name)))
            {
                yield return $"{name} is a setting that nobody reads";
            }
        }
    }

    /// <summary>What the app itself says of these settings when it starts.</summary>
    public static IEnumerable<string> RefusedBy(IEnumerable<KeyValuePair<string, string>> environment)
    {
        // A file that is mounted in the cluster: here any file is as good.
        var settings = environment.ToDictionary(
            variable => variable.Key.Replace("__", ":", StringComparison.Ordinal),
            variable => (string?)(variable.Key == nameof(KafkaOptions.KafkaSslCaLocation) ? typeof(AppSettings).Assembly.Location : variable.Value));
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging();
        services.AddDigitCore().AddKafkaConnection();
        using ServiceProvider provider = services.BuildServiceProvider();
        try
        {
            provider.GetRequiredService<IStartupValidator>().Validate();
            return [];
        }
        catch (OptionsValidationException e)
        {
            return e.Failures;
        }
    }

    private static bool IsIn(string prefix, Type options, string name) => name.StartsWith(prefix, StringComparison.Ordinal)
        && options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Any(property =>
            name == prefix + property.Name || (property.PropertyType == typeof(IList<string>) && Regex.IsMatch(name[prefix.Length..], $"^{property.Name}__[0-9]+$")));

    private static string[] NamesIn(KafkaTriggerAttribute trigger) => [trigger.BrokerList, trigger.Topic.Trim('%'), trigger.ConsumerGroup.Trim('%')];

    [GeneratedRegex("^AzureFunctionsJobHost__functions__[0-9]+$")]
    private static partial Regex FunctionEntry();
}
