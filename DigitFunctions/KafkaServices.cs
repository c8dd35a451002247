using DigitFunctions.Core.Settings;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
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
        return services;
    }
}
