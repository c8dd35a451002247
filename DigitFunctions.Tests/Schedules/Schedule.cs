using System.Collections.Concurrent;
using System.Globalization;
using System.Threading.Channels;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Results;
using DigitFunctions.Core.Storage;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Schedules;

/// <summary>
/// One order of all that can happen: uploads, overwrites, removals, events that come twice or in another order, workers that end or overlap, calls that fail.
/// Each call of a worker waits for its turn, so that a seed stands for one order.
/// </summary>
internal sealed class Schedule : IAsyncDisposable
{
    private const string Refused = "k0";
    private const int MostTurns = 20_000;

    private readonly Random _random;
    private readonly ScheduleOptions _options;
    private readonly MemoryS3 _server;
    private readonly Channel<Worker> _stopped = Channel.CreateUnbounded<Worker>();
    private readonly List<Worker> _workers = [];
    private readonly List<EventMessage> _log = [];
    private readonly Dictionary<string, string?> _last = [];
    private readonly HashSet<string> _contents = [];
    private readonly ConcurrentDictionary<(string Target, string ETag), bool> _told = new();
    private readonly List<string> _story = [];
    private int _committed;
    private int _userSteps;
    private int _crashes;
    private int _faults;
    private int _uploads;

    public Schedule(int seed, ScheduleOptions options)
    {
        _random = new Random(seed);
        _options = options;
        (_userSteps, _crashes, _faults) = (options.UserSteps, options.Crashes, options.Faults);
        _server = new MemoryS3(options.Server);
        _server.CreateBuckets(MemoryApp.Source, MemoryApp.Target);
        for (int i = 0; i < options.Workers; i++)
        {
            _workers.Add(new Worker(this, i));
        }
    }

    /// <summary>What happened, a line each.</summary>
    public IReadOnlyList<string> Story => _story;

    /// <summary>Plays the order of a seed.</summary>
    /// <returns>What is wrong in the end; nothing where all is well.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        for (int turn = 0; turn < MostTurns; turn++)
        {
            // Nobody computes any more: each worker waits for its turn, or has nothing to do.
            while (_workers.Any(worker => worker.IsComputing))
            {
                Worker stopped = await _stopped.Reader.ReadAsync().ConfigureAwait(false);
                stopped.IsComputing = false;
                await stopped.EndBatchAsync().ConfigureAwait(false);
            }

            if (_userSteps == 0 && _committed == _log.Count && _workers.All(worker => worker.IsIdle))
            {
                return Audit();
            }

            List<Action> choices = [];
            if (_userSteps > 0 && MayUserAct())
            {
                choices.Add(UserStep);
            }

            foreach (Worker worker in _workers)
            {
                if (worker.Waiting is not null)
                {
                    choices.Add(worker.Proceed);
                    choices.Add(worker.Proceed);
                }
                else if (worker.IsIdle && _committed < _log.Count && MayStart())
                {
                    choices.Add(worker.Start);
                }
            }

            choices[_random.Next(choices.Count)]();
        }

        return ["it did not come to an end"];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Worker worker in _workers)
        {
            await worker.DisposeAsync().ConfigureAwait(false);
        }

        _server.Dispose();
    }

    /// <summary>Where DELETE takes no condition a picture that is uploaded between the last look and the DELETE is lost: the window that the README names.</summary>
    private bool MayUserAct() => _options.Server == MemoryConditions.Aws
        || !_workers.Any(worker => worker.Waiting is { Method: "DELETE", Bucket: MemoryApp.Source });

    /// <summary>Where PUT takes no condition two workers can miss each other's claim.</summary>
    private bool MayStart() => _options.Server == MemoryConditions.Aws || _workers.All(worker => worker.IsIdle);

    private void UserStep()
    {
        _userSteps--;
        string key = $"k{_random.Next(_options.Keys)}";
        if (_options.HasRemovals && _random.Next(6) == 0)
        {
            _server.Remove(MemoryApp.Source, key);
            _last[key] = null;
            _story.Add($"user removes {key}");
            return;
        }

        string eTag = _server.Upload(MemoryApp.Source, key, Content(_uploads++));
        _last[key] = eTag;
        _contents.Add(eTag);
        _story.Add($"user uploads {key} {eTag[..6]}");
        int at = _log.Count;
        if (_options.HasOddEvents && _random.Next(4) == 0)
        {
            Append(key, eTag);
        }

        Append(key, eTag);
        if (_options.HasOddEvents && at > _committed && !_workers.Exists(worker => !worker.IsIdle) && _random.Next(4) == 0)
        {
            (EventMessage one, EventMessage other) = (_log[at - 1], _log[at]);
            (_log[at - 1], _log[at]) = (other with { Origin = one.Origin }, one with { Origin = other.Origin });
        }
    }

    private void Append(string key, string eTag) => _log.Add(MemoryApp.Event(MemoryApp.Source, key, eTag, _log.Count));

    private List<string> Audit()
    {
        List<string> wrong = [];
        List<(string Place, MemoryObject Found)> filed =
        [
            .. _server.Keys(MemoryApp.Target).Where(key => !key.StartsWith("dead-letter/", StringComparison.Ordinal))
                .Select(key => (key, _server.Find(MemoryApp.Target, key)!)),
        ];
        foreach ((string place, MemoryObject found) in filed)
        {
            if (found["source-etag"] != found.ETag || (found["digit"] is { } digit && !place.StartsWith($"digit-{digit}/", StringComparison.Ordinal)))
            {
                wrong.Add($"wrong: {place} holds {found.ETag} of {found["source-etag"]} as {found["digit"]}");
            }

            if (!place.StartsWith('.') && !_told.ContainsKey((place, found.ETag)))
            {
                wrong.Add($"lost: nobody was told of {place} {found.ETag[..6]}");
            }
        }

        foreach (string eTag in _contents)
        {
            string[] places = [.. filed.Where(one => one.Found.ETag == eTag).Select(one => one.Place)];
            if (places.Length > 1)
            {
                wrong.Add($"twice: {eTag[..6]} is in {string.Join(" and ", places)}");
            }
        }

        foreach ((string key, string? eTag) in _last.Where(last => last.Value is not null))
        {
            bool isFiled = filed.Any(one => one.Found.ETag == eTag);
            bool stands = _server.Find(MemoryApp.Source, key)?.ETag == eTag;
            bool isRefused = _options.HasRefusedKey && key == Refused;
            if (isRefused ? !stands || !HasDeadLetter(key) : !isFiled || stands)
            {
                wrong.Add($"lost: {key} {eTag![..6]} is {(isFiled ? "" : "not ")}filed and {(stands ? "stands" : "does not stand")} in the source");
            }
        }

        return wrong;
    }

    private bool HasDeadLetter(string key) => _server.Keys(MemoryApp.Target)
        .Where(found => found.StartsWith("dead-letter/", StringComparison.Ordinal))
        .Any(found => DeadLetter.TryRead(_server.Find(MemoryApp.Target, found)!.Bytes, out DeadLetter? letter, out _)
            && UploadEventParser.Parse(letter.Message).Any(notice => notice.Upload?.Key == key));

    /// <summary>A picture; bytes behind its end make it another.</summary>
    private static byte[] Content(int number) => [.. ScheduleRuns.Picture, .. BitConverter.GetBytes(number)];

    /// <summary>One process after the other that serves the partition.</summary>
    private sealed class Worker(Schedule schedule, int number) : IResultEvents, IAsyncDisposable
    {
        private MemoryApp? _app;
        private CancellationTokenSource? _death;
        private Task? _batch;
        private TaskCompletionSource? _turn;
        private TaskCompletionSource? _afterTurn;
        private int _end;

        /// <summary>Whether it may still do something without being let.</summary>
        public bool IsComputing { get; set; }

        /// <summary>The call that waits for its turn.</summary>
        public MemoryCall? Waiting { get; private set; }

        public bool IsIdle => _batch is null;

        public void Start()
        {
            int from = schedule._committed;
            _end = Math.Min(schedule._log.Count, from + 1 + schedule._random.Next(4));
            if (_app is null)
            {
                var s3 = new MemoryS3(schedule._options.Server, schedule._server) { Before = BeforeAsync, After = AfterAsync };
                _death = new CancellationTokenSource();
                _app = new MemoryApp(
                    s3, new FickleEachTime(schedule._random), new QuickTime(wait => wait < TimeSpan.FromSeconds(20)), this,
                    [("Processing:MaxConcurrency", "1"), ("Processing:RetryBudget", "00:00:00"), ("Imaging:Profile", "KServeSample")]);
            }

            Tell($"takes {from} to {_end - 1}");
            EventMessage[] batch = [.. schedule._log.Skip(from).Take(_end - from)];
            (MemoryApp app, CancellationToken death) = (_app, _death!.Token);
            IsComputing = true;
            _batch = Task.Run(() => app.ProcessAsync(death, batch));
            _ = _batch.ContinueWith(_ => schedule._stopped.Writer.TryWrite(this), TaskScheduler.Default);
        }

        /// <summary>Lets the waiting call go on, fail, or be its process's last.</summary>
        public void Proceed()
        {
            MemoryCall call = Waiting!.Value;
            TaskCompletionSource turn = _turn!;
            (Waiting, _turn) = (null, null);
            IsComputing = true;
            bool isAnswer = _afterTurn == turn;
            if (schedule._crashes > 0 && schedule._random.Next(20) == 0)
            {
                schedule._crashes--;
                Tell($"dies {(isAnswer ? "after" : "before")} {call}");
                _death!.Cancel();
                turn.SetException(new OperationCanceledException(_death.Token));
            }
            else if (schedule._faults > 0 && schedule._random.Next(20) == 0)
            {
                schedule._faults--;
                Tell($"{(isAnswer ? "loses the answer of" : "loses")} {call}");
                turn.SetException(MemoryS3.Error(503, "SlowDown"));
            }
            else if (!isAnswer && schedule._options.HasRefusedKey && call is { Method: "GET", Bucket: MemoryApp.Source, Key: Refused })
            {
                Tell($"is refused {call}");
                turn.SetException(MemoryS3.Error(403, "AccessDenied"));
            }
            else
            {
                Tell($"{(isAnswer ? "is answered" : "calls")} {call}");
                turn.SetResult();
            }
        }

        /// <summary>Takes note of a batch that has ended.</summary>
        public async ValueTask EndBatchAsync()
        {
            if (_batch is not { IsCompleted: true } || Waiting is not null)
            {
                return;
            }

            Task batch = _batch;
            _batch = null;
            if (_death!.IsCancellationRequested)
            {
                await DisposeAsync().ConfigureAwait(false);
            }
            else if (batch.IsCompletedSuccessfully)
            {
                schedule._committed = Math.Max(schedule._committed, _end);
                Tell($"has handled all until {_end - 1}");
            }
            else if (batch.Exception?.InnerException is not UnfinishedBatchException)
            {
                throw batch.Exception!.InnerException!;
            }
        }

        public async ValueTask DisposeAsync()
        {
            if (_app is not null)
            {
                await _app.DisposeAsync().ConfigureAwait(false);
                _app.S3.Dispose();
                _app = null;
            }
        }

        public async Task WriteAsync(FiledPicture picture, CancellationToken cancellationToken)
        {
            await BeforeAsync(new MemoryCall("TELL", "results", picture.Target), cancellationToken).ConfigureAwait(false);
            schedule._told[(picture.Target, picture.ETag)] = true;
        }

        private Task BeforeAsync(MemoryCall call, CancellationToken cancellationToken)
        {
            TaskCompletionSource turn = Await(call);
            schedule._stopped.Writer.TryWrite(this);
            return turn.Task;
        }

        private Task AfterAsync(MemoryCall call, CancellationToken cancellationToken)
        {
            TaskCompletionSource turn = Await(call);
            _afterTurn = turn;
            schedule._stopped.Writer.TryWrite(this);
            return turn.Task;
        }

        private TaskCompletionSource Await(MemoryCall call)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (Waiting, _turn) = (call, turn);
            return turn;
        }

        private void Tell(string what) => schedule._story.Add(string.Create(CultureInfo.InvariantCulture, $"worker {number} {what}"));
    }

    /// <summary>Says another digit each time.</summary>
    private sealed class FickleEachTime(Random random) : IDigitPredictor
    {
        private readonly Random _own = new(random.Next());

        public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken)
        {
            var predictions = new DigitPrediction[tensors.Length / 784];
            for (int i = 0; i < predictions.Length; i++)
            {
                float[] scores = new float[10];
                int digit = _own.Next(10);
                scores[digit] = 1;
                predictions[i] = new DigitPrediction(digit, scores, "fickle");
            }

            return Task.FromResult<IReadOnlyList<DigitPrediction>>(predictions);
        }

        public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("fickle");
    }
}
