using System.Threading.Channels;
using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// Runs batches one after the other and keeps the trigger's contract: the offsets of all partitions of a batch are stored after the whole batch succeeded;
/// a failed batch is retried in place, or given up where host.json says so; a batch that was cut off is not stored and comes again.
/// </summary>
internal sealed class KafkaBatchExecutor : IDisposable
{
    private readonly string _function;
    private readonly Func<IReadOnlyList<HeldRecord>, CancellationToken, Task> _invoke;
    private readonly KafkaTriggerOptions _trigger;
    private readonly FunctionsHostOptions _options;
    private readonly PartitionLedger _ledger;
    private readonly Action<TopicPartitionOffset> _store;
    private readonly ILogger _logger;
    private readonly Channel<IReadOnlyList<HeldRecord>> _waiting;
    private readonly CancellationTokenSource _draining = new();
    private readonly CancellationTokenSource _cutOff = new();
    private readonly Task _running;

    /// <summary>Starts the executor.</summary>
    /// <param name="function">The function's name, for the log.</param>
    /// <param name="invoke">Calls it with a batch.</param>
    /// <param name="trigger">The contract.</param>
    /// <param name="options">Waits and patience.</param>
    /// <param name="ledger">The partitions held; records of others are left alone.</param>
    /// <param name="store">Stores an offset, that is the one to go on from.</param>
    /// <param name="logger">The log.</param>
    public KafkaBatchExecutor(
        string function,
        Func<IReadOnlyList<HeldRecord>, CancellationToken, Task> invoke,
        KafkaTriggerOptions trigger,
        FunctionsHostOptions options,
        PartitionLedger ledger,
        Action<TopicPartitionOffset> store,
        ILogger logger)
    {
        (_function, _invoke, _trigger, _options, _ledger, _store, _logger) = (function, invoke, trigger, options, ledger, store, logger);
        _waiting = Channel.CreateBounded<IReadOnlyList<HeldRecord>>(new BoundedChannelOptions(trigger.ExecutorChannelCapacity) { SingleReader = true, SingleWriter = true });
        _running = Task.Run(RunAllAsync);
    }

    /// <summary>Hands a batch over.</summary>
    /// <returns>False while <see cref="KafkaTriggerOptions.ExecutorChannelCapacity"/> batches wait already.</returns>
    public bool TryAdd(IReadOnlyList<HeldRecord> batch) => _waiting.Writer.TryWrite(batch);

    /// <summary>
    /// Begins no further batch and lets the running one end. One still running after <see cref="FunctionsHostOptions.DrainTimeout"/>, or when
    /// <paramref name="cancellationToken"/> says so, is cut off.
    /// </summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        await _draining.CancelAsync();
        try
        {
            await _running.WaitAsync(_options.DrainTimeout, cancellationToken);
            return;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await _cutOff.CancelAsync();
        }

        try
        {
            await _running.WaitAsync(_options.CutOffTimeout, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _logger.LeftBehind(_function);
        }
    }

    public void Dispose()
    {
        _draining.Cancel();
        _draining.Dispose();

        // A function left behind may still look at its token.
        if (_running.IsCompleted)
        {
            _cutOff.Dispose();
        }
    }

    private async Task RunAllAsync()
    {
        try
        {
            while (!_draining.IsCancellationRequested)
            {
                await RunAsync(await _waiting.Reader.ReadAsync(_draining.Token));
            }
        }
        catch (OperationCanceledException) when (_draining.IsCancellationRequested)
        {
            // Batches still waiting were never begun; their offsets are not stored, so they come again.
        }
    }

    private async Task RunAsync(IReadOnlyList<HeldRecord> batch)
    {
        for (int retries = 0; ; retries++)
        {
            batch = StillHeld(batch);
            if (batch.Count == 0)
            {
                return;
            }

            bool succeeded = await InvokeAsync(batch);
            if (_cutOff.IsCancellationRequested)
            {
                // Whatever the function says: it was told to stop, and may have stopped half-way.
                _logger.BatchCutOff(_function, batch.Count, HeldRecord.Describe(batch));
                return;
            }

            if (succeeded || GivenUp(batch, retries))
            {
                Store(batch);
                return;
            }

            if (!await WaitToRetryAsync(batch, retries))
            {
                return;
            }
        }
    }

    private async Task<bool> InvokeAsync(IReadOnlyList<HeldRecord> batch)
    {
        try
        {
            await _invoke(batch, _cutOff.Token);
            return true;
        }
        catch (Exception e)
        {
            if (!_cutOff.IsCancellationRequested)
            {
                _logger.InvocationFailed(e, _function);
            }

            // What follows is host.json's to say.
            return false;
        }
    }

    private bool GivenUp(IReadOnlyList<HeldRecord> batch, int retries)
    {
        if (_trigger.CommitOnFailure)
        {
            _logger.BatchCommittedOnFailure(_function, batch.Count, HeldRecord.Describe(batch));
            return true;
        }

        if (_trigger.MaxRetries < 0 || retries < _trigger.MaxRetries)
        {
            return false;
        }

        _logger.RetriesExhausted(_function, batch.Count, HeldRecord.Describe(batch), _trigger.MaxRetries);
        return true;
    }

    private async Task<bool> WaitToRetryAsync(IReadOnlyList<HeldRecord> batch, int retries)
    {
        double most = Math.Min(_options.MaxRetryDelay.TotalMilliseconds, _options.RetryDelay.TotalMilliseconds * Math.Pow(2, Math.Min(retries, 30)));
        TimeSpan delay = TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2)));
        _logger.BatchRetried(_function, batch.Count, HeldRecord.Describe(batch), retries + 1, delay.TotalMilliseconds);
        try
        {
            await Task.Delay(delay, _draining.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            _logger.BatchCutOff(_function, batch.Count, HeldRecord.Describe(batch));
            return false;
        }
    }

    private HeldRecord[] StillHeld(IReadOnlyList<HeldRecord> batch)
    {
        HeldRecord[] held = [.. batch.Where(_ledger.Holds)];
        if (held.Length < batch.Count)
        {
            _logger.RecordsLeft(_function, batch.Count - held.Length);
        }

        return held;
    }

    private void Store(IReadOnlyList<HeldRecord> batch)
    {
        foreach (HeldRecord last in batch.GroupBy(held => held.Partition).Select(records => records.Last()))
        {
            TopicPartitionOffset next = new(last.Partition, last.Offset + 1);
            try
            {
                if (_ledger.WhileHeld(last, () => _store(next)))
                {
                    _logger.OffsetStored(_function, next.Topic, next.Partition.Value, next.Offset.Value);
                }
            }
            catch (KafkaException e)
            {
                _logger.OffsetNotStored(e, _function, next.Topic, next.Partition.Value, next.Offset.Value);
            }
        }
    }
}
