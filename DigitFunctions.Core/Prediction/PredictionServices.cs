using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Prediction;

/// <summary>Registers the predictor that the settings ask for.</summary>
public static class PredictionServices
{
    /// <summary>Adds <see cref="IDigitPredictor"/> and its <see cref="PredictionOptions"/>, validated at start.</summary>
    /// <param name="services">Where it is added.</param>
    /// <returns>The same <paramref name="services"/>.</returns>
    public static IServiceCollection AddDigitPrediction(this IServiceCollection services)
    {
        services.AddOptionsWithValidateOnStart<PredictionOptions, PredictionOptionsValidator>().BindConfiguration(PredictionOptions.SectionName);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(CreatePredictor);
        services.AddHostedService<PredictorLoading>();
        return services;
    }

    private static IDigitPredictor CreatePredictor(IServiceProvider services)
    {
        PredictionOptions options = services.GetRequiredService<IOptions<PredictionOptions>>().Value;
        return options.Mode switch
        {
            PredictionMode.Onnx => new OnnxDigitPredictor(options.FullModelPath, options.IntraOpThreads),
            _ => throw new NotSupportedException($"Prediction__Mode={options.Mode}"),
        };
    }

    /// <summary>Loads the model while the host starts, so that the first event finds it ready and a broken file stops the host with its reason.</summary>
    private sealed class PredictorLoading(IServiceProvider services) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
            Task.Run(services.GetRequiredService<IDigitPredictor>, stoppingToken);
    }
}
