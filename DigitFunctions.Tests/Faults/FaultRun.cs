using System.Diagnostics;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Confluent.Kafka;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using DigitFunctions.Tests.Local.Commands;

namespace DigitFunctions.Tests.Faults;

/// <summary>How much is uploaded and what goes wrong meanwhile.</summary>
internal sealed record FaultRunOptions
{
    /// <summary>Keys that are uploaded.</summary>
    public required int Pictures { get; init; }

    /// <summary>How often the host is killed, spread over the run.</summary>
    public required int Kills { get; init; }

    /// <summary>The S3 server; <see langword="null"/> takes the local stack's.</summary>
    public Uri? Store { get; init; }

    /// <summary>The share of broken calls, of the S3 server and of the predictor.</summary>
    public double BrokenCalls { get; init; } = 0.1;

    /// <summary>The share of objects that S3 gives to nobody.</summary>
    public double RefusedObjects { get; init; } = 0.01;

    /// <summary>The share of uploads that nothing announces; <c>digits reconcile</c> is to find them in the end.</summary>
    public double DroppedEvents { get; init; }

    /// <summary>How long the predictor is away after a third of the run; zero leaves it be.</summary>
    public TimeSpan PredictorDown { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Of the random numbers.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Is told how far the run is.</summary>
    public Action<string> Progress { get; init; } = _ => { };
}

/// <summary>How a run ended.</summary>
/// <param name="Uploads">Contents that were uploaded.</param>
/// <param name="Refused">Those of them that S3 gives to nobody.</param>
/// <param name="Dropped">Those of them that nothing announced.</param>
/// <param name="Reconciled">Uploads that were filed by reconciling.</param>
/// <param name="Untold">Keys of filed pictures of which no result event tells.</param>
/// <param name="Records">Records on Kafka.</param>
/// <param name="Audit">What lies where.</param>
/// <param name="Kills">How often the host was killed.</param>
/// <param name="Recover">The longest time from a kill until a host got on.</param>
/// <param name="PredictorRecover">The time from the predictor's return until a host got on.</param>
/// <param name="Elapsed">The whole run.</param>
/// <param name="BrokenCalls">Calls by what was done to them, of both proxies.</param>
/// <param name="Overwrites">Overwritten files, by the call in whose way that came.</param>
/// <param name="IsComplete">Whether all records were handled; otherwise the run was given up.</param>
/// <param name="Logs">The folder of the processes' logs; it is kept only where something is wrong.</param>
internal sealed record FaultRunResult(
    int Uploads,
    int Refused,
    int Dropped,
    int Reconciled,
    IReadOnlyList<string> Untold,
    long Records,
    FaultAudit Audit,
    int Kills,
    TimeSpan Recover,
    TimeSpan PredictorRecover,
    TimeSpan Elapsed,
    IReadOnlyDictionary<Fault, int> BrokenCalls,
    IReadOnlyDictionary<string, int> Overwrites,
    bool IsComplete,
    string Logs);

/// <summary>
/// Runs the functions as processes against a broker, an S3 server and a predictor that are processes too, breaks all that can break, and looks what became of each upload.
/// </summary>
internal sealed class FaultRun : IAsyncDisposable
{
    private const string Topic = "faults";
    private const string Group = "faults";
    private const string Results = "faults-results";
    private const string Source = "faults-in";
    private const string Target = "faults-out";
    private const string User = "minio";
    private const string Password = "minio123";

    // A partition of the broker keeps 5 MB, so that some thousand records may wait.
    private const int MostWaiting = 500;

    private const int MostReconciliations = 5;

    private static readonly TimeSpan LongestReconciliation = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestStandstill = TimeSpan.FromMinutes(3);

    private readonly FaultRunOptions _options;
    private readonly Random _random;
    private readonly string _logs = Directory.CreateTempSubdirectory("digits-faults-").FullName;
    private readonly CancellationTokenSource _givenUp = new();
    private readonly List<IAsyncDisposable> _parts = [];

    private RunningDigits? _predictor;
    private FaultyProxy _storeProxy = null!;
    private FaultyProxy _predictorProxy = null!;
    private FaultProgress _progress = null!;
    private RunningDigits? _host;
    private string _brokers = "";
    private int _kills;
    private Task[] _tasks = [];

    private FaultRun(FaultRunOptions options) => (_options, _random) = (options, new Random(options.Seed));

    /// <summary>Runs to the end.</summary>
    /// <param name="options">What goes wrong.</param>
    /// <param name="predictor">The ONNX model, which says where pictures belong.</param>
    public static async Task<FaultRunResult> RunAsync(FaultRunOptions options, IDigitPredictor predictor)
    {
        await using FaultRun run = new(options);
        return await run.RunAsync(predictor);
    }

    public async ValueTask DisposeAsync()
    {
        await StopTasksAsync();
        foreach (IAsyncDisposable? part in Enumerable.Reverse(_parts).Prepend(_predictor).Prepend(_host))
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }

        _givenUp.Dispose();
    }

    private async Task<FaultRunResult> RunAsync(IDigitPredictor predictor)
    {
        RunningDigits stack = await RunningDigits.StackAsync(Log("stack"));
        _parts.Add(stack);
        _predictor = await RunningDigits.StackAsync(Log("predictor"));
        _brokers = stack.Endpoints["kafka"];
        Uri store = _options.Store ?? new Uri(stack.Endpoints["s3"]);
        using AmazonS3Client s3 = S3Client.Create(new S3Options { ServiceUrl = store.ToString() }, new BasicAWSCredentials(User, Password));
        await s3.PutBucketAsync(Source);
        await s3.PutBucketAsync(Target);
        using IProducer<byte[]?, byte[]?> producer =
            new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig { BootstrapServers = _brokers, LingerMs = 1 }).SetLogHandler((_, _) => { }).Build();
        var uploads = new FaultUploads(s3, Source, Target, producer, Topic, new FaultPictures(predictor, new Random(_random.Next())), new Random(_random.Next()),
            _options.RefusedObjects, _options.DroppedEvents);
        _storeProxy = await StartProxyAsync(store);
        _storeProxy.Before = uploads.BeforeAsync;
        _storeProxy.Refuse = uploads.Refuse;
        _predictorProxy = await StartProxyAsync(new Uri(_predictor.Endpoints["predictor"]));
        _progress = new FaultProgress(_brokers, Topic, Group);
        _parts.Add(_progress);

        long start = Stopwatch.GetTimestamp();
        _tasks =
        [
            Task.Run(() => uploads.RunAsync(_options.Pictures, PaceAsync, _givenUp.Token)),
            Task.Run(KillAsync),
            Task.Run(TakePredictorAwayAsync),
        ];
        bool isComplete = await WatchAsync();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        if (_host is { } host)
        {
            await host.StopAsync();
        }

        // The command that reconciles tells nobody.
        IReadOnlyList<string> untold = await ToldResults.FindUntoldAsync(s3, Target, _brokers, Results);
        int reconciled = isComplete && uploads.Dropped > 0 ? await ReconcileAsync() : 0;
        var audit = new FaultAudit(s3, Source, Target);
        await audit.RunAsync(uploads.Contents, uploads.Refused, uploads.Broken);
        Dictionary<Fault, int> broken = _storeProxy.Counts.Concat(_predictorProxy.Counts).GroupBy(count => count.Key).ToDictionary(group => group.Key, group => group.Sum(count => count.Value));
        if (isComplete && audit.Findings.Count == 0 && untold.Count == 0)
        {
            Directory.Delete(_logs, recursive: true);
        }

        return new FaultRunResult(
            uploads.Contents.Values.Sum(contents => contents.Count), uploads.Refused.Count, uploads.Dropped, reconciled, untold, _progress.Records, audit, _kills, _progress.LongestWait("kill"), _progress.LongestWait("predictor"),
            elapsed, broken, uploads.Overwrites, isComplete, _logs);
    }

    /// <summary>Sorts what no event announced, over the same broken calls; what such a call kept from being handled is found by the next run.</summary>
    /// <returns>How many uploads were filed.</returns>
    private async Task<int> ReconcileAsync()
    {
        int filed = 0;
        for (int run = 0; run < MostReconciliations; run++)
        {
            (_, string output, _) = await DigitsProcess.RunAsync(Settings(0), LongestReconciliation, "reconcile", "--older-than", "0s");
            string figures = output.TrimEnd().Split('\n')[^1];
            filed += FigureOf("sorted", figures) + FigureOf("review", figures) + FigureOf("unreadable", figures);
            if (FigureOf("failed", figures) == 0)
            {
                break;
            }
        }

        return filed;
    }

    private static int FigureOf(string name, string figures) =>
        figures.Split(' ').Select(pair => pair.Split('=')).Where(pair => pair[0] == name).Select(pair => int.Parse(pair[1], CultureInfo.InvariantCulture)).SingleOrDefault();

    /// <returns>Whether all was handled; false when nothing got on any more.</returns>
    private async Task<bool> WatchAsync()
    {
        long shown = 0;
        using var timer = new PeriodicTimer(Tick);
        while (await timer.WaitForNextTickAsync())
        {
            _progress.Look();
            foreach (Task failed in _tasks.Where(task => task.IsFaulted))
            {
                await failed;
            }

            if (_progress.Committed / 500 > shown)
            {
                shown = _progress.Committed / 500;
                _options.Progress($"{_progress.Committed} of {_progress.Records} records handled, {_kills} kills");
            }

            if (_tasks.All(task => task.IsCompleted) && _progress.Committed >= _progress.Records)
            {
                return true;
            }

            if (_progress.Standstill > LongestStandstill)
            {
                _options.Progress($"nothing was handled for {LongestStandstill.TotalMinutes} minutes; the run is given up, its logs are in {_logs}");
                break;
            }
        }

        await StopTasksAsync();
        return false;
    }

    private async Task StopTasksAsync()
    {
        await _givenUp.CancelAsync();
        await Task.WhenAll(_tasks).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task PaceAsync()
    {
        while (_progress.Records - _progress.Committed > MostWaiting)
        {
            await Task.Delay(Tick, _givenUp.Token);
        }
    }

    /// <summary>Starts a host, kills it, its worker or both when a share of the work is done, and so on; the last one stays.</summary>
    private async Task KillAsync()
    {
        while (true)
        {
            _host ??= await RunningDigits.HostAsync(Log("host"), Settings(_kills), _givenUp.Token);
            if (_kills == _options.Kills)
            {
                return;
            }

            await ReachedAsync((_kills + _random.NextDouble()) / (_options.Kills + 1));
            // Offsets are committed between two batches; the kill is to come in the middle of one.
            await Task.Delay(_random.Next(1500), _givenUp.Token);
            int victim = _kills % 3;
            if (victim is 0 or 1)
            {
                await _host.KillWorkerAsync();
            }

            if (victim is 0 or 2)
            {
                await _host.KillAsync();
                await _host.DisposeAsync();
                _host = null;
            }

            _kills++;
            _progress.ExpectAfter("kill");
        }
    }

    private async Task TakePredictorAwayAsync()
    {
        if (_options.PredictorDown <= TimeSpan.Zero)
        {
            return;
        }

        await ReachedAsync(1.0 / 3);
        int port = new Uri(_predictor!.Endpoints["predictor"]).Port;
        await _predictor.KillAsync();
        await _predictor.DisposeAsync();
        await Task.Delay(_options.PredictorDown, _givenUp.Token);
        _predictor = await RunningDigits.StackAsync(Log("predictor"), port, _givenUp.Token);
        _progress.ExpectAfter("predictor");
        _options.Progress($"the predictor was away for {_options.PredictorDown.TotalSeconds} s");
    }

    private async Task ReachedAsync(double share)
    {
        while (_progress.Committed < share * _options.Pictures)
        {
            await Task.Delay(Tick, _givenUp.Token);
        }
    }

    /// <summary>The modes take turns: in one the predictor's absence holds the batches, in the other the model in the process answers.</summary>
    private Dictionary<string, string> Settings(int number) => new()
    {
        ["KafkaBrokers"] = _brokers,
        ["KafkaTopic"] = Topic,
        ["KafkaConsumerGroup"] = Group,
        ["KafkaResultTopic"] = Results,
        ["AWS_ACCESS_KEY_ID"] = User,
        ["AWS_SECRET_ACCESS_KEY"] = Password,
        ["S3__ServiceUrl"] = _storeProxy.Url.ToString(),
        ["S3__Timeout"] = "00:00:02",
        ["Sorting__SourceBuckets__0"] = Source,
        ["Sorting__TargetBucket"] = Target,
        ["Prediction__Mode"] = number % 2 == 0 ? nameof(PredictionMode.KServe) : nameof(PredictionMode.KServeWithOnnxFallback),
        ["Prediction__Url"] = _predictorProxy.Url.ToString(),
        ["Prediction__Timeout"] = "00:00:03",
        ["Prediction__BreakDuration"] = "00:00:01",
        ["Processing__RetryBudget"] = "00:00:20",
        // Broken calls are waited for more than worked on.
        ["Processing__MaxConcurrency"] = "64",
        // The shortest that leaves room for a busy machine: a killed host's partitions are free only after it.
        ["AzureFunctionsJobHost__extensions__kafka__sessionTimeoutMs"] = "6000",
    };

    private async Task<FaultyProxy> StartProxyAsync(Uri server)
    {
        var random = new Random(_random.Next());
        var gate = new Lock();
        FaultyProxy proxy = await FaultyProxy.StartAsync(server, _ => Draw(() => FaultMix.Draw(random, _options.BrokenCalls)));
        // Most are a little late, a few later than the client waits.
        proxy.Delay = () => Draw(() => TimeSpan.FromSeconds(3 * Math.Pow(random.NextDouble(), 3)));
        _parts.Add(proxy);
        return proxy;

        T Draw<T>(Func<T> draw)
        {
            lock (gate)
            {
                return draw();
            }
        }
    }

    private string Log(string name) => Path.Combine(_logs, string.Create(CultureInfo.InvariantCulture, $"{name}.log"));
}
