using Amazon.S3;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Explaining;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Reconciling;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Settings;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core;

/// <summary>Registers everything that the functions share.</summary>
public static class DigitCore
{
    /// <summary>Adds the pipeline and its parts, with their settings read from the application's configuration and checked at start.</summary>
    public static IServiceCollection AddDigitCore(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);

        services.AddSettings<S3Options>(S3Options.SectionName);
        services.AddSettings<SortingOptions>(SortingOptions.SectionName);
        services.AddSettings<ImagingOptions>(ImagingOptions.SectionName);
        services.AddSettings<ProcessingOptions>(ProcessingOptions.SectionName);
        services.AddSingleton<IValidateOptions<SortingOptions>, SortingCheck>();
        services.AddSingleton<LongestStep>();
        services.AddSingleton<IValidateOptions<ProcessingOptions>, DeadlineCheck>();
        services.AddSingleton<IStartupValidator, SettingsCheck>();

        services.AddDigitPrediction();

        services.TryAddSingleton<IAmazonS3>(provider => S3Client.Create(provider.GetRequiredService<IOptions<S3Options>>().Value));
        services.AddSingleton<StoreAccess>();
        services.AddSingleton<ObjectFaults>();
        services.AddSingleton<ServerConditions>();
        services.AddSingleton<PictureStore>();
        services.AddSingleton<FilingClaims>();
        services.AddSingleton<PictureMove>();
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<AnnounceStage>();
        services.AddSingleton<ReadStage>();
        services.AddSingleton<PredictStage>();
        services.AddSingleton<MoveStage>();
        services.AddSingleton<BlockedUploads>();
        services.AddSingleton<RejectedEvents>();
        services.AddSingleton<HandledRecords>();
        services.AddSingleton<HeldBatches>();
        services.AddSingleton<DigitPipeline>();
        services.AddSingleton<Reconciler>();
        services.AddSingleton<Explainer>();
        services.AddSingleton<AppHealth>();
        services.AddPage();
        services.AddSingleton<OldestWaiting>();
        services.AddHostedService<WaitingGauge>();
        return services;
    }
}
