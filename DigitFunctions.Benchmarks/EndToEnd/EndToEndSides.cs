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
    public const string Topic = "mnist";
    private const int Turns = 4;
    private const int PacedUploads = 200;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly SidesOptions _options;
    private readonly Stack<IAsyncDisposable> _parts = new();
    private BenchStore _store = null!;
    private IProducer<string, byte[]> _producer = null!;
    private HostGroup _app = null!;
    private ChildProcess _bare = null!;
    private ChildProcess? _peer;
    private int _rounds;
    private int _announced;
    private int _fills;

    private EndToEndSides(SidesOptions options) => _options = options;

    /// <summary>The hosts of the functions.</summary>
    public HostGroup App => _app;

    public static async Task<EndToEndSides> StartAsync(SidesOptions options, CancellationToken cancellationToken)
    {
        var sides = new EndToEndSides(options);
        try
        {
            await sides.StartPartsAsync(cancellationToken);
            return sides;
        }
        catch
        {
            await sides.DisposeAsync();
            throw;
        }
    }

    /// <summary>One round of four turns, each of as many pictures: one side has the first and the last, so that a machine that grows slower or faster meanwhile is none of its merit.</summary>
    public async Task<EndToEndRound> RoundAsync(int uploads, CancellationToken cancellationToken)
    {
        bool isAppOuter = _rounds++ % 2 == 0;
        double hostCpuSeconds = 0;
        var app = new SideFigures(0, 0);
        var bare = new SideFigures(0, 0);
        for (int turn = 0; turn < Turns; turn++)
        {
            bool isOuter = turn is 0 or Turns - 1;
            if (isOuter == isAppOuter)
            {
                (double seconds, HostFigures figures) = await RunAppAsync(uploads, cancellationToken);
                app += new SideFigures(seconds, figures.CpuSeconds);
                hostCpuSeconds += figures.HostCpuSeconds;
            }
            else
            {
                bare += await RunOtherAsync(_bare, "bare", uploads, cancellationToken);
            }
        }

        // One picture after the other takes its time, and a quarter tells as much.
        int peerUploads = Math.Max(uploads / 4, 1);
        SideFigures? peer = _peer is null ? null : await RunOtherAsync(_peer, "peer", peerUploads, cancellationToken);
        int all = Turns / 2 * uploads;
        return new EndToEndRound
        {
            AppPerSecond = all / app.Seconds,
            BarePerSecond = all / bare.Seconds,
            PeerPerSecond = peerUploads / peer?.Seconds,
            AppCpuMs = app.CpuSeconds * 1000 / all,
            BareCpuMs = bare.CpuSeconds * 1000 / all,
            HostCpuMs = hostCpuSeconds * 1000 / all,
        };
    }

    /// <summary>Milliseconds from announcement to filed, of uploads that come one by one at a steady pace.</summary>
    public async Task<double[]> LatenciesAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Key, string ETag)> filled = await _store.FillAsync("paced", PacedUploads, _options.Picture, cancellationToken);
        await _app.BeginAsync();
        var announced = new Dictionary<string, DateTimeOffset>();
        using var timer = new PeriodicTimer(Pace);
        foreach ((string key, string eTag) in filled)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
            announced[key] = TimeProvider.System.GetUtcNow();
            Announce(key, eTag);
        }

        HostFigures figures = await _app.WaitAsync(filled.Count, cancellationToken);
        return [.. figures.Filed.Select(filed => (filed.Time - announced[filed.Key]).TotalMilliseconds)];
    }

    public async ValueTask DisposeAsync()
    {
        _producer?.Dispose();
        while (_parts.TryPop(out IAsyncDisposable? part))
        {
            await part.DisposeAsync();
        }
    }

    /// <summary>The settings of a host, as environment variables.</summary>
    public static Dictionary<string, string> Settings(BenchStore store, string brokers, string group, int concurrency) => new()
    {
        ["KafkaBrokers"] = brokers,
        ["KafkaTopic"] = Topic,
        ["KafkaConsumerGroup"] = group,
        ["S3__ServiceUrl"] = store.Url.ToString(),
        ["Sorting__SourceBuckets__0"] = BenchStore.Source,
        ["Sorting__TargetBucket"] = BenchStore.Target,
        ["Processing__MaxConcurrency"] = concurrency.ToString(CultureInfo.InvariantCulture),
    };

    private async Task StartPartsAsync(CancellationToken cancellationToken)
    {
        _parts.Push(_store = await BenchStore.StartAsync(_options.Store));
        LocalKafka kafka = await LocalKafka.StartAsync(0, "kafka", NullLoggerFactory.Instance, cancellationToken);
        _parts.Push(kafka);
        await kafka.EnsureTopicAsync(Topic, cancellationToken);
        _producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, LingerMs = 5 }).Build();

        using var conditions = new ServerConditions(
            _store.S3, new StoreAccess(TimeProvider.System), Options.Create(new SortingOptions { TargetBucket = BenchStore.Target }), NullLogger<ServerConditions>.Instance);
        HonouredConditions honoured = await conditions.FindAsync(cancellationToken);
        Dictionary<string, string> settings = Settings(_store, kafka.BootstrapServers, "digitfunctions", _options.Concurrency);
        settings[nameof(HonouredConditions)] = JsonSerializer.Serialize(honoured);
        var hosts = new List<ChildProcess>();
        for (int i = 0; i < _options.Hosts; i++)
        {
            hosts.Add(await ChildProcess.StartSelfAsync(settings, MeasuredHost.Name));
            _parts.Push(hosts[i]);
        }

        _app = new HostGroup(hosts);
        _parts.Push(_bare = await ChildProcess.StartSelfAsync(settings, BareLoop.Name));
        if (_options.WithPeer)
        {
            string script = Path.Combine(AppContext.BaseDirectory, "Peer", "kserve_sample.py");
            _parts.Push(_peer = await ChildProcess.StartAsync("/usr/bin/python3", [script], settings));
        }
    }

    /// <summary>Announces pictures and waits until all are filed.</summary>
    public async Task<(double Seconds, HostFigures Figures)> RunAppAsync(int uploads, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Key, string ETag)> filled = await _store.FillAsync($"app-{_fills++}", uploads, _options.Picture, cancellationToken);
        await _app.BeginAsync();
        DateTimeOffset start = TimeProvider.System.GetUtcNow();
        foreach ((string key, string eTag) in filled)
        {
            Announce(key, eTag);
        }

        HostFigures figures = await _app.WaitAsync(uploads, cancellationToken);
        return ((figures.Filed.Max(filed => filed.Time) - start).TotalSeconds, figures);
    }

    private async Task<SideFigures> RunOtherAsync(ChildProcess side, string name, int uploads, CancellationToken cancellationToken)
    {
        IReadOnlyList<(string Key, string ETag)> filled = await _store.FillAsync($"{name}-{_fills++}", uploads, _options.Picture, cancellationToken);
        string answer = await side.AskAsync(JsonSerializer.Serialize(filled.Select(upload => upload.Key)));
        return JsonSerializer.Deserialize<SideFigures>(answer)!;
    }

    private void Announce(string key, string eTag)
    {
        var notification = new BucketNotification("s3:ObjectCreated:Put", BenchStore.Source, key) { ETag = eTag, Size = _options.Picture.Length };
        // Spread over all, so that each host of a group has its part.
        int partition = _announced++ % _options.Partitions * (SidesOptions.AllPartitions / _options.Partitions);
        _producer.Produce(
            new TopicPartition(Topic, partition), new Message<string, byte[]> { Key = MinioNotification.RecordKey(notification), Value = MinioNotification.RecordValue(notification) });
    }
}
