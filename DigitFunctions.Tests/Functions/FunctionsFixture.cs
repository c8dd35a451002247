using Amazon.S3;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Tests.Functions;

/// <summary>An S3 server for tests whose events name buckets of their own.</summary>
public sealed class FunctionsFixture : IAsyncLifetime
{
    private readonly HashSet<string> _buckets = [];

    internal TestStorage Storage { get; private set; } = null!;

    public async Task InitializeAsync() => Storage = await TestStorage.StartAsync(StorageKind.Local);

    public async Task DisposeAsync() => await Storage.DisposeAsync();

    /// <summary>The app's services, with a target bucket of its own; the pictures that the test's events announce are there, and each is a 5.</summary>
    /// <param name="announced">Bucket and key of each.</param>
    /// <param name="settings">Further settings.</param>
    internal async Task<FunctionServices> ServicesAsync(IEnumerable<(string Bucket, string Key)> announced, params (string Key, string Value)[] settings)
    {
        List<(string Key, string Value)> all =
            [("Sorting:TargetBucket", Some.Name("digits")), ("KafkaBrokers", "127.0.0.1:1"), ("KafkaTopic", "mnist"), ("KafkaConsumerGroup", "digitfunctions"), .. settings];
        await Storage.S3.PutBucketAsync(all[0].Value);
        foreach ((string bucket, string key) in announced)
        {
            if (_buckets.Add(bucket))
            {
                await Storage.S3.PutBucketAsync(bucket);
            }

            await Storage.S3.PutObjectAsync(new() { BucketName = bucket, Key = key, InputStream = new MemoryStream(Some.Picture(5)) });
        }

        all.AddRange(_buckets.Select((bucket, i) => ($"Sorting:SourceBuckets:{i}", bucket)));
        return new FunctionServices(CoreServices.Over(
            Storage, services => services.AddKafkaConnection().AddSingleton<IDigitPredictor>(new FixedPredictor(5)), [.. all]));
    }
}

/// <summary>The app over a target bucket of one test's own.</summary>
internal sealed class FunctionServices(ServiceProvider services) : IAsyncDisposable
{
    public IServiceProvider Services => services;

    public string Target => services.GetRequiredService<IOptions<SortingOptions>>().Value.TargetBucket;

    /// <summary>The Kafka function, called as the trigger does.</summary>
    public Task TakeAsync(params EventMessage[] records) => TakeAsync([.. records.Select(KafkaCall.Record)]);

    /// <summary>The Kafka function, called as the trigger does.</summary>
    public Task TakeAsync(params KafkaRecord[] records) =>
        ActivatorUtilities.CreateInstance<ClassifyFromKafka>(services).RunAsync(records, CancellationToken.None);

    /// <summary>The keys of the target bucket; the source bucket in them, which is there where the test has several, is left out.</summary>
    public async Task<IReadOnlyList<string>> FiledAsync()
    {
        IList<string> sources = services.GetRequiredService<IOptions<SortingOptions>>().Value.SourceBuckets;
        var list = await services.GetRequiredService<IAmazonS3>().ListObjectsV2Async(new() { BucketName = Target });
        return [.. (list.S3Objects ?? []).Select(found => found.Key).Where(key => !key.StartsWith('.'))
            .Select(key => key.Split('/') is [var place, var bucket, .. var rest] && place != "dead-letter" && rest.Length > 0 && sources.Contains(bucket) ? $"{place}/{string.Join('/', rest)}" : key)
            .Order(StringComparer.Ordinal)];
    }

    public ValueTask DisposeAsync() => services.DisposeAsync();
}
