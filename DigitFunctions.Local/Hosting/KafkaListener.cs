using System.Diagnostics;
using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// Reads the records of a Kafka function on a thread of its own, collects them into batches over all partitions held and hands them to a <see cref="KafkaBatchExecutor"/>.
/// While a long batch runs the partitions are paused and polling goes on, so that the consumer stays in its group and rebalances are answered.
/// </summary>
internal sealed class KafkaListener : IAsyncDisposable
{
    private static readonly TimeSpan PollSlice = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FullBeforePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private readonly HostedFunction _function;
    private readonly ConsumerConfig _config;
    private readonly string _topic;
    private readonly KafkaTriggerOptions _trigger;
    private readonly ILogger _logger;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly PartitionLedger _ledger = new();
    private readonly KafkaBatchExecutor _executor;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _batchSize;
    private bool _assignmentChanged;
    private bool _started;

    /// <summary>Makes the consumer; it joins its group in <see cref="Start"/>.</summary>
    /// <exception cref="InvalidOperationException">librdkafka refuses a setting.</exception>
    public KafkaListener(
        HostedFunction function,
        ConsumerConfig config,
        string topic,
        KafkaTriggerOptions trigger,
        Func<IReadOnlyList<HeldRecord>, CancellationToken, Task> invoke,
        FunctionsHostOptions options,
        ILogger logger)
    {
        (_function, _config, _topic, _trigger, _logger) = (function, config, topic, trigger, logger);
        _batchSize = function.IsBatched ? trigger.MaxBatchSize : 1;
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(config)
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked([.. partitions.Select(partition => partition.TopicPartition)]))
            .SetPartitionsLostHandler((_, partitions) => OnRevoked([.. partitions.Select(partition => partition.TopicPartition)]))
            .SetErrorHandler((_, error) => _logger.KafkaError(_function.Name, error.Reason))
            .SetLogHandler((_, line) => _logger.Librdkafka(line.Facility, line.Message))
            .Build();
        _executor = new KafkaBatchExecutor(function.Name, invoke, trigger, options, _ledger, _consumer.StoreOffset, logger);
    }

    /// <summary>Ends when the consumer holds partitions for the first time; fails when it can never come to that.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Joins the consumer group and begins to read.</summary>
    public void Start()
    {
        _consumer.Subscribe(_topic);
        _logger.KafkaFunctionStarted(_function.Name, _topic, _config.BootstrapServers, _config.GroupId);
        new Thread(Poll) { IsBackground = true, Name = $"Kafka {_function.Name}" }.Start();
        _started = true;
    }

    /// <summary>Stops reading, drains the running batch, commits what is stored and leaves the group.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _executor.DrainAsync(cancellationToken);
        if (_started)
        {
            await _ended.Task;
        }

        // Close commits the stored offsets and leaves the group; without a broker it may wait longer than anybody will.
        Task close = Task.Run(_consumer.Close, CancellationToken.None);
        try
        {
            await close.WaitAsync(CloseTimeout, CancellationToken.None);
            _consumer.Dispose();
        }
        catch (TimeoutException)
        {
            _logger.CloseTimedOut(_function.Name);
        }
        catch (KafkaException e)
        {
            _logger.KafkaError(_function.Name, e.Error.Reason);
            _consumer.Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        _executor.Dispose();
        _stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Poll()
    {
        List<HeldRecord> batch = [];
        try
        {
            while (!_stopping.IsCancellationRequested)
            {
                Collect(batch);
                if (batch.Count > 0)
                {
                    batch = HandOver(batch);
                }
            }
        }
        catch (Exception e)
        {
            _logger.ListenerEnded(e, _function.Name);
            _ready.TrySetException(e);
        }
        finally
        {
            _ready.TrySetCanceled();
            _ended.SetResult();
        }
    }

    /// <summary>Reads until the batch is full or its time is over.</summary>
    private void Collect(List<HeldRecord> batch)
    {
        TimeSpan interval = TimeSpan.FromSeconds(_trigger.SubscriberIntervalInSeconds);
        long start = Stopwatch.GetTimestamp();
        while (batch.Count < _batchSize && !_stopping.IsCancellationRequested)
        {
            TimeSpan left = interval - Stopwatch.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
            {
                return;
            }

            Read(batch, left < PollSlice ? left : PollSlice);
        }
    }

    /// <summary>Hands the batch over as soon as there is room for it.</summary>
    /// <returns>What came in meanwhile, to begin the next batch with.</returns>
    private List<HeldRecord> HandOver(List<HeldRecord> batch)
    {
        List<HeldRecord> next = [];
        long start = Stopwatch.GetTimestamp();
        bool paused = false;
        while (!_stopping.IsCancellationRequested && !_executor.TryAdd(batch))
        {
            // A pause throws away what librdkafka has fetched ahead, so a short wait goes without one.
            if (!paused && Stopwatch.GetElapsedTime(start) < FullBeforePause)
            {
                _stopping.Token.WaitHandle.WaitOne(_trigger.ChannelFullRetryIntervalInMs);
                continue;
            }

            if (!paused || _assignmentChanged)
            {
                _assignmentChanged = false;
                _consumer.Pause(_consumer.Assignment);
                paused = true;
            }

            // Polling serves rebalances. A record comes only from a partition that was assigned in this very poll.
            Read(next, PollSlice);
        }

        if (paused)
        {
            _consumer.Resume(_consumer.Assignment);
        }

        return next;
    }

    private void Read(List<HeldRecord> batch, TimeSpan timeout)
    {
        try
        {
            if (_consumer.Consume(timeout) is { IsPartitionEOF: false } result)
            {
                batch.Add(new HeldRecord(result, _ledger.AssignmentOf(result.TopicPartition)));
            }
        }
        catch (ConsumeException e) when (!e.Error.IsFatal)
        {
            _logger.ConsumeFailed(_function.Name, e.Error.Reason);
        }
    }

    private void OnAssigned(List<TopicPartition> partitions)
    {
        _ledger.Assign(partitions);
        _assignmentChanged = true;
        _logger.PartitionsAssigned(_function.Name, partitions);
        if (partitions.Count > 0)
        {
            _ready.TrySetResult();
        }
    }

    private void OnRevoked(List<TopicPartition> partitions)
    {
        _ledger.Revoke(partitions);
        _logger.PartitionsRevoked(_function.Name, partitions);
    }
}
