using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Results;
using DigitFunctions.Core.Settings;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>Registers the settings of the Kafka connection.</summary>
public static class KafkaServices
{
    /// <summary>Adds <see cref="KafkaOptions"/>, checked at start with all other settings, and the <see cref="KafkaConnection"/> that hands them to the trigger.</summary>
    public static IServiceCollection AddKafkaConnection(this IServiceCollection services)
    {
        services.AddSettings<KafkaOptions>(KafkaOptions.SectionName);
        services.AddSingleton<IValidateOptions<KafkaOptions>, KafkaCheck>();
        services.AddSingleton<IFunctionMetadataTransformer, KafkaConnection>();
        services.AddSingleton<KafkaReading>();
        return services;
    }

    /// <summary>Adds what writes result events, where a topic for them is set.</summary>
    public static IServiceCollection AddResultEvents(this IServiceCollection services, IConfiguration configuration) =>
        string.IsNullOrWhiteSpace(configuration[nameof(KafkaOptions.KafkaResultTopic)]) ? services : services.AddSingleton<IResultEvents, ResultEvents>();

    /// <summary>Adds what asks the brokers, for probes and metrics, where this process reads Kafka.</summary>
    public static IServiceCollection AddKafkaWatch(this IServiceCollection services, IConfiguration configuration)
    {
        if (!Reads(configuration))
        {
            return services;
        }

        services.AddSingleton<KafkaLag>();
        services.AddSingleton<ConsumerHealth>();
        services.AddSingleton(provider => new HealthQuestion("kafka", provider.GetRequiredService<ConsumerHealth>().CheckAsync));
        services.AddHostedService<LagGauge>();
        return services;
    }

    /// <summary>Whether the function that reads Kafka is switched off by its setting.</summary>
    internal static bool IsSwitchedOff(IConfiguration configuration)
    {
        const string Switch = $"AzureWebJobs.{nameof(ClassifyFromKafka)}.Disabled";
        return (configuration[Switch] ?? configuration[Switch.Replace('.', ':')]) is "1" or "true" or "True";
    }

    /// <summary>Whether the host runs the function: its list of functions, where there is one, comes by the same environment.</summary>
    private static bool Reads(IConfiguration configuration)
    {
        string?[] listed = [.. configuration.GetSection("AzureFunctionsJobHost:functions").GetChildren().Select(function => function.Value)];
        return !IsSwitchedOff(configuration) && (listed.Length == 0 || listed.Contains(nameof(ClassifyFromKafka), StringComparer.OrdinalIgnoreCase));
    }
}
