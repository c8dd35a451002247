using System.Text;
using Amazon.S3;
using DigitFunctions.Core;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Results;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Tests.Support;

/// <summary>The app's core over a <see cref="MemoryS3"/>, with the buckets <c>mnist</c> and <c>digits</c>.</summary>
internal sealed class MemoryApp : IAsyncDisposable
{
    public const string Source = "mnist";
    public const string Target = "digits";

    private readonly ServiceProvider _services;

    public MemoryApp(MemoryS3 s3, IDigitPredictor predictor, TimeProvider? time = null, IResultEvents? results = null, params (string Key, string Value)[] settings)
    {
        S3 = s3;
        s3.CreateBuckets(Source, Target);
        var all = new Dictionary<string, string?> { ["Sorting:SourceBuckets:0"] = Source, ["Sorting:TargetBucket"] = Target };
        foreach ((string key, string value) in settings)
        {
            all[key] = value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
        services.AddLogging(logging => logging.ClearProviders().AddProvider(Log));
        services.AddSingleton<IAmazonS3>(s3);
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddDigitCore();
        services.AddSingleton(predictor);
        if (results is not null)
        {
            services.AddSingleton(results);
        }

        _services = services.BuildServiceProvider();
    }

    /// <summary>A drawn picture of a 3. Its file is read here, since the benchmarks share this class.</summary>
    public static byte[] Three { get; } = File.ReadAllBytes(
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "samples"), "3*.png").Order(StringComparer.Ordinal).First());

    public MemoryS3 S3 { get; }

    public LogOfEvents Log { get; } = new();

    public IServiceProvider Services => _services;

    /// <summary>Has events handled, as a function does.</summary>
    public Task<IReadOnlyList<UploadOutcome>> ProcessAsync(params EventMessage[] events) => ProcessAsync(default, events);

    public Task<IReadOnlyList<UploadOutcome>> ProcessAsync(CancellationToken cancellationToken, params EventMessage[] events) =>
        _services.GetRequiredService<DigitPipeline>().ProcessAsync(events, cancellationToken);

    /// <summary>Uploads a picture.</summary>
    /// <returns>Its event, as Kafka brings it.</returns>
    public EventMessage Upload(string key, long offset, byte[]? picture = null, string bucket = Source) =>
        Event(bucket, key, S3.Upload(bucket, key, picture ?? Three), offset);

    public static EventMessage Event(string bucket, string key, string eTag, long? offset) => new(
        MinioNotification.RecordValue(new BucketNotification("s3:ObjectCreated:Put", bucket, key) { ETag = eTag }),
        [new EventHeader("content-type", Encoding.UTF8.GetBytes("application/json"))])
    {
        Origin = offset is { } place ? new KafkaOrigin("mnist", 0, place, null, null) : null,
    };

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
