using Amazon.S3;
using DigitFunctions.Core;
using DigitFunctions.Core.Prediction;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Tests.Support;

/// <summary>The app's services over a test's storage.</summary>
internal static class CoreServices
{
    public static ServiceProvider Over(TestStorage storage, params (string Key, string Value)[] settings) => Over(storage, null, settings);

    /// <param name="storage">The buckets.</param>
    /// <param name="replace">Registers what takes the place of the app's own.</param>
    /// <param name="settings">Settings, with <c>:</c> between section and name.</param>
    public static ServiceProvider Over(TestStorage storage, Action<IServiceCollection>? replace, params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>
        {
            ["Sorting:SourceBuckets:0"] = storage.Source,
            ["Sorting:TargetBucket"] = storage.Target,
        };
        foreach ((string key, string value) in settings)
        {
            all[key] = value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
        services.AddLogging(logging => logging.ClearProviders());
        services.AddSingleton(storage.S3);
        services.AddDigitCore();
        replace?.Invoke(services);
        return services.BuildServiceProvider();
    }
}

/// <summary>Says the same of every picture, and counts how often it is asked.</summary>
internal sealed class FixedPredictor(int digit, float confidence = 1) : IDigitPredictor
{
    private int _calls;

    public int Calls => _calls;

    /// <summary>How likely it finds every picture to be a single digit.</summary>
    public float? DigitScore { get; init; }

    public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _calls);
        float[] scores = new float[10];
        Array.Fill(scores, (1 - confidence) / 9);
        scores[digit] = confidence;
        return Task.FromResult<IReadOnlyList<DigitPrediction>>(
            [.. Enumerable.Repeat(new DigitPrediction(digit, scores, "fixed") { DigitScore = DigitScore }, tensors.Length / 784)]);
    }

    public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("fixed");
}
