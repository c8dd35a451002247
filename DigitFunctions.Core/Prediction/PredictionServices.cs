using DigitFunctions.Core.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Prediction;

/// <summary>Registers the predictor that the settings ask for.</summary>
public static class PredictionServices
{
    /// <summary>Adds <see cref="IDigitPredictor"/> and its <see cref="PredictionOptions"/>, which are checked at start, or where nothing starts, on first use.</summary>
    /// <param name="services">Where it is added.</param>
    /// <returns>The same <paramref name="services"/>.</returns>
    public static IServiceCollection AddDigitPrediction(this IServiceCollection services)
    {
        services.AddSettings<PredictionOptions>(PredictionOptions.SectionName);
        services.AddSingleton<IValidateOptions<PredictionOptions>, PredictionCheck>();
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
            PredictionMode.Onnx => Onnx(options),
            PredictionMode.KServe => KServe(services, options),
            _ => new FallbackDigitPredictor(
                KServe(services, options), Onnx(options), services.GetRequiredService<ILogger<FallbackDigitPredictor>>()),
        };
    }

    private static OnnxDigitPredictor Onnx(PredictionOptions options) => new(options.FullModelPath, options.IntraOpThreads);

    private static KServeDigitPredictor KServe(IServiceProvider services, PredictionOptions options) => new(
        options,
        hasFallback: options.Mode == PredictionMode.KServeWithOnnxFallback,
        services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<KServeDigitPredictor>>());

    /// <summary>
    /// Makes the predictor, and so loads the model, beside the rest of the host's start: the first event finds it ready, and a broken file ends the start with its reason.
    /// </summary>
    private sealed class PredictorLoading(IServiceProvider services) : IHostedLifecycleService
    {
        private Task _loading = Task.CompletedTask;

        public Task StartingAsync(CancellationToken cancellationToken)
        {
            _loading = Task.Run(services.GetRequiredService<IDigitPredictor>, cancellationToken);
            return Task.CompletedTask;
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => _loading.WaitAsync(cancellationToken);

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
