using System.Text;
using Confluent.Kafka;
using DigitFunctions.Local;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.Local.Hosting;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>The whole app, its worker a process of its own under the local host, reading from a broker that a Kafka client publishes to and moving pictures on an S3 server.</summary>
internal sealed class SortingApp : IAsyncDisposable
{
    private readonly MockBroker _broker = new();
    private LocalFunctions? _functions;

    private SortingApp(TestStorage storage) => Storage = storage;

    public TestStorage Storage { get; }

    public string Topic { get; } = Some.Name("mnist");

    public string Group { get; } = Some.Name("digitfunctions");

    public string Brokers => _broker.BootstrapServers;

    /// <summary>What the functions have logged.</summary>
    public LogOfEvents Log { get; } = new();

    /// <summary>Records that are committed.</summary>
    public long Committed => _broker.Committed(Group, Topic).Values.Sum();

    public string HttpUrl => _functions!.HttpUrl;

    public static async Task<SortingApp> StartAsync(StorageKind kind, params (string Key, string Value)[] settings)
    {
        var app = new SortingApp(await TestStorage.StartAsync(kind));
        await app._broker.InitializeAsync();
        await app._broker.EnsureTopicAsync(app.Topic);
        await app.StartFunctionsAsync(settings);
        return app;
    }

    /// <summary>Starts the functions, which may have been stopped before.</summary>
    public async Task StartFunctionsAsync(params (string Key, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["KafkaBrokers"] = Brokers,
            ["KafkaTopic"] = Topic,
            ["KafkaConsumerGroup"] = Group,
            ["AWS_ACCESS_KEY_ID"] = "minio",
            ["AWS_SECRET_ACCESS_KEY"] = "minio123",
            ["S3__ServiceUrl"] = Storage.Url.ToString(),
            ["Sorting__SourceBuckets__0"] = Storage.Source,
            ["Sorting__TargetBucket"] = Storage.Target,
        };
        foreach ((string key, string value) in settings)
        {
            all[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        _functions = await LocalFunctions.StartAsync(
            all, new FunctionsHostOptions { HttpPort = 0 }, logging => logging.ClearProviders().AddProvider(Log), CancellationToken.None);
    }

    /// <summary>The worker's process id; another one after a restart.</summary>
    public int WorkerProcessId => _functions?.WorkerProcessId ?? throw new InvalidOperationException("No worker runs at this moment.");

    public async Task StopFunctionsAsync()
    {
        if (_functions is not null)
        {
            await _functions.DisposeAsync();
            _functions = null;
        }
    }

    /// <summary>Publishes what MinIO would for an upload.</summary>
    public Task AnnounceAsync(string key, string eTag) => PublishAsync(Encoding.UTF8.GetBytes($"{Storage.Source}/{key}"), Notification(key, eTag));

    /// <summary>What MinIO publishes for an upload.</summary>
    public byte[] Notification(string key, string eTag) => MinioNotification.RecordValue(
        new BucketNotification("s3:ObjectCreated:Put", Storage.Source, key) { ETag = eTag, Size = 1, Time = DateTimeOffset.UnixEpoch });

    /// <summary>Publishes one record.</summary>
    public async Task<DeliveryResult<byte[]?, byte[]?>> PublishAsync(byte[]? key, byte[]? value, params (string Name, string Value)[] headers)
    {
        var message = new Message<byte[]?, byte[]?> { Key = key, Value = value, Headers = [] };
        foreach ((string name, string text) in headers)
        {
            message.Headers.Add(name, Encoding.UTF8.GetBytes(text));
        }

        using IProducer<byte[]?, byte[]?> producer =
            new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = Brokers, LingerMs = 0 }).Build();
        return await producer.ProduceAsync(Topic, message);
    }

    /// <summary>Waits until the target bucket holds exactly these keys.</summary>
    public Task TargetHoldsAsync(params string[] keys) => BucketHoldsAsync(Storage.Target, keys);

    /// <summary>Waits until the source bucket holds exactly these keys.</summary>
    public Task SourceHoldsAsync(params string[] keys) => BucketHoldsAsync(Storage.Source, keys);

    /// <summary>Waits until so many records are committed.</summary>
    public Task CommittedAsync(long records) =>
        Eventually.TrueAsync($"commit of {records} records", () => Task.FromResult(Committed == records));

    public async ValueTask DisposeAsync()
    {
        await StopFunctionsAsync();
        await Storage.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private async Task BucketHoldsAsync(string bucket, string[] keys)
    {
        IReadOnlyList<string> found = [];
        try
        {
            await Eventually.TrueAsync("expected content of the bucket", async () =>
            {
                found = await Storage.KeysAsync(bucket);
                return found.SequenceEqual(keys.Order(StringComparer.Ordinal));
            });
        }
        catch (TimeoutException)
        {
            Assert.Equal(keys.Order(StringComparer.Ordinal), found);
        }
    }
}
