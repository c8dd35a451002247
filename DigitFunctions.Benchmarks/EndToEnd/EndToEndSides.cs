using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The sides of the comparison over one S3 server and one broker, each in a process of its own.</summary>
internal sealed class EndToEndSides : IAsyncDisposable
{
    private const string Topic = "mnist";
    private const int PacedUploads = 200;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly byte[] _picture = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "7-light-on-dark-28x28.png"));
    private readonly Stack<IAsyncDisposable> _parts = new();
    private BenchStore _store = null!;
    private IProducer<string, byte[]> _producer = null!;
    private ChildProcess _app = null!;
    private ChildProcess _bare = null!;
    private ChildProcess? _peer;
    private int _round;

    private EndToEndSides()
    {
    }

    /// <summary>The most memory that the functions' process has held.</summary>
    public long PeakBytes => _app.PeakBytes;

    public static async Task<EndToEndSides> StartAsync(StoreKind kind, int concurrency, bool withPeer, CancellationToken cancellationToken)
    {
        var sides = new EndToEndSides();
        try
        {
            await sides.StartPartsAsync(kind, concurrency, withPeer, cancellationToken);
            return sides;
        }
        catch
        {
            await sides.DisposeAsync();
            throw;
        }
    }

    /// <summary>One round: each side moves as many pictures, the sides in turn.</summary>
    public async Task<EndToEndRound> RoundAsync(int uploads, CancellationToken cancellationToken)
    {
        _round++;
        (double appSeconds, HostFigures app) = (0, null!);
        SideFigures bare = null!;
        for (int turn = 0; turn < 2; turn++)
        {
            if ((turn + _round) % 2 == 0)
            {
                (appSeconds, app) = await RunAppAsync(uploads, cancellationToken);
            }
            else
            {
                bare = await RunOtherAsync(_bare, "bare", uploads, cancellationToken);
            }
        }

        // One picture after the other takes its time, and a quarter tells as much.
        int peerUploads = Math.Max(uploads / 4, 1);
        SideFigures? peer = _peer is null ? null : await RunOtherAsync(_peer, "peer", peerUploads, cancellationToken);
        return new EndToEndRound
        {
            AppPerSecond = uploads / appSeconds,
            BarePerSecond = uploads / bare.Seconds,
            PeerPerSecond = peerUploads / peer?.Seconds,
            AppCpuMs = app.CpuSeconds * 1000 / uploads,
            BareCpuMs = bare.CpuSeconds * 1000 / uploads,
            AllocatedKb = app.AllocatedBytes / 1000.0 / uploads,
        };
    }

    /// <summary>Milliseconds from announcement to filed, of uploads that come one by one at a steady pace.</summary>
    public async Task<double[]> LatenciesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Key, string ETag)> filled = await _store.FillAsync("paced", PacedUploads, _picture, cancellationToken);
        await _app.AskAsync(filled.Count.ToString(CultureInfo.InvariantCulture));
        var announced = new Dictionary<string, DateTimeOffset>();
        using var timer = new PeriodicTimer(Pace);
        foreach ((string key, string eTag) in filled)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            announced[key] = TimeProvider.System.GetUtcNow();
            Announce(key, eTag);
        }

        HostFigures figures = JsonSerializer.Deserialize<HostFigures>(await _app.ReadAnswerAsync())!;
        return [.. announced.Select(upload => (figures.Filed[upload.Key] - upload.Value).TotalMilliseconds)];
    }

    public async ValueTask DisposeAsync()
    {
        _producer?.Dispose();
        while (_parts.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }

    private async Task StartPartsAsync(StoreKind kind, int concurrency, bool withPeer, CancellationToken cancellationToken)
    {
        _parts.Push(_store = await BenchStore.StartAsync(kind));
        LocalKafka kafka = await LocalKafka.StartAsync(0, "kafka", NullLoggerFactory.Instance, cancellationToken);
        _parts.Push(kafka);
        await kafka.EnsureTopicAsync(Topic, cancellationToken);
        _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 5 }).Build();

        using var conditions = new ServerConditions(
            _store.S3, Options.Create(new SortingOptions { TargetBucket = BenchStore.Target }), NullLogger<ServerConditions>.Instance);
        HonouredConditions honoured = await conditions.FindAsync(cancellationToken);
        var settings = new Dictionary<string, string>
        {
            ["KafkaBrokers"] = kafka.BootstrapServers,
            ["KafkaTopic"] = Topic,
            ["KafkaConsumerGroup"] = "digitfunctions",
            ["S3__ServiceUrl"] = _store.Url.ToString(),
            ["Sorting__SourceBuckets__0"] = BenchStore.Source,
            ["Sorting__TargetBucket"] = BenchStore.Target,
            ["Processing__MaxConcurrency"] = concurrency.ToString(CultureInfo.InvariantCulture),
            ["PutIfNoneMatch"] = honoured.PutIfNoneMatch.ToString(),
            ["DeleteIfMatch"] = honoured.DeleteIfMatch.ToString(),
        };
        _parts.Push(_app = await ChildProcess.StartSelfAsync(settings, MeasuredHost.Name));
        _parts.Push(_bare = await ChildProcess.StartSelfAsync(settings, BareLoop.Name));
        if (withPeer)
        {
            string script = Path.Combine(AppContext.BaseDirectory, "Peer", "kserve_sample.py");
            _parts.Push(_peer = await ChildProcess.StartAsync("/usr/bin/python3", [script], settings));
        }
    }

    private async Task<(double Seconds, HostFigures Figures)> RunAppAsync(int uploads, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Key, string ETag)> filled = await _store.FillAsync($"app-{_round}", uploads, _picture, cancellationToken);
        await _app.AskAsync(uploads.ToString(CultureInfo.InvariantCulture));
        DateTimeOffset start = TimeProvider.System.GetUtcNow();
        foreach ((string key, string eTag) in filled)
        {
            Announce(key, eTag);
        }

        HostFigures figures = JsonSerializer.Deserialize<HostFigures>(await _app.ReadAnswerAsync())!;
        return ((figures.Filed.Values.Max() - start).TotalSeconds, figures);
    }

    private async Task<SideFigures> RunOtherAsync(ChildProcess side, string name, int uploads, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Key, string ETag)> filled = await _store.FillAsync($"{name}-{_round}", uploads, _picture, cancellationToken);
        string answer = await side.AskAsync(JsonSerializer.Serialize(filled.Select(upload => upload.Key)));
        return JsonSerializer.Deserialize<SideFigures>(answer)!;
    }

    private void Announce(string key, string eTag)
    {
        var notification = new BucketNotification("s3:ObjectCreated:Put", BenchStore.Source, key) { ETag = eTag, Size = _picture.Length };
        _producer.Produce(
            Topic, new Message<string, byte[]> { Key = MinioNotification.RecordKey(notification), Value = MinioNotification.RecordValue(notification) });
    }
}
