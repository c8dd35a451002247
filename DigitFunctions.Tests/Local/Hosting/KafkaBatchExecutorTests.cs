using System.Collections.Concurrent;
using Confluent.Kafka;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class KafkaBatchExecutorTests : IDisposable
{
    private static readonly HeldRecord[] Batch = [Some.Record(0, 5), Some.Record(2, 7), Some.Record(0, 6)];

    private readonly PartitionLedger _ledger = new();
    private readonly ConcurrentQueue<(int Partition, long Offset)> _stored = [];
    private readonly SemaphoreSlim _storing = new(0);
    private KafkaBatchExecutor? _executor;

    public KafkaBatchExecutorTests() => _ledger.Assign([new("mnist", 0), new("mnist", 2)]);

    public void Dispose()
    {
        _executor?.Dispose();
        _storing.Dispose();
    }

    [Fact]
    public async Task The_offsets_of_all_partitions_are_stored_after_the_batch_succeeded()
    {
        TaskCompletionSource succeed = new();
        KafkaProbe script = new((_, _) => succeed.Task);
        KafkaBatchExecutor executor = Start(script, ListenerUnderTest.AtLeastOnce);

        executor.TryAdd(Batch);
        await script.NextAsync();
        Assert.Empty(_stored);
        succeed.SetResult();
        await StoredAsync(partitions: 2);

        Assert.Equal([(0, 7L), (2, 8L)], _stored.Order());
    }

    [Fact]
    public async Task A_failed_batch_is_retried_whole()
    {
        int calls = 0;
        KafkaProbe script = new((_, _) => ++calls < 3 ? throw new InvalidOperationException("Not yet.") : Task.CompletedTask);
        KafkaBatchExecutor executor = Start(script, ListenerUnderTest.AtLeastOnce);

        executor.TryAdd(Batch);
        await StoredAsync(partitions: 2);

        Assert.Equal(3, calls);
        Assert.All(await script.NextAsync(records: 9), batch => Assert.Equal([5L, 7L, 6L], batch.Select(record => record.Offset)));
        Assert.Equal([(0, 7L), (2, 8L)], _stored.Order());
    }

    [Fact]
    public async Task With_commitOnFailure_a_failed_batch_is_given_up_at_once()
    {
        KafkaProbe script = new((_, _) => throw new InvalidOperationException("Never."));
        KafkaBatchExecutor executor = Start(script, new KafkaTriggerOptions { CommitOnFailure = true });

        executor.TryAdd(Batch);
        await StoredAsync(partitions: 2);
        await executor.DrainAsync(CancellationToken.None);

        Assert.Equal(1, script.Waiting);
        Assert.Equal([(0, 7L), (2, 8L)], _stored.Order());
    }

    [Fact]
    public async Task With_maxRetries_a_failed_batch_is_given_up_after_so_many_retries()
    {
        KafkaProbe script = new((_, _) => throw new InvalidOperationException("Never."));
        KafkaBatchExecutor executor = Start(script, new KafkaTriggerOptions { CommitOnFailure = false, MaxRetries = 2 });

        executor.TryAdd(Batch);
        await StoredAsync(partitions: 2);
        await executor.DrainAsync(CancellationToken.None);

        Assert.Equal(3, script.Waiting);
        Assert.Equal([(0, 7L), (2, 8L)], _stored.Order());
    }

    [Fact]
    public async Task Records_of_a_partition_given_back_are_not_tried_again_and_their_offset_is_not_stored()
    {
        int calls = 0;
        KafkaProbe script = new((_, _) =>
        {
            if (++calls == 1)
            {
                _ledger.Revoke([new("mnist", 2)]);
                throw new InvalidOperationException("Not yet.");
            }

            return Task.CompletedTask;
        });
        KafkaBatchExecutor executor = Start(script, ListenerUnderTest.AtLeastOnce);

        executor.TryAdd(Batch);
        await StoredAsync(partitions: 1);
        await executor.DrainAsync(CancellationToken.None);

        await script.NextAsync();
        Assert.Equal([(0, 5L), (0, 6L)], (await script.NextAsync()).Select(record => (record.Partition, record.Offset)));
        Assert.Equal([(0, 7L)], _stored);
    }

    [Fact]
    public async Task A_batch_read_before_its_partitions_were_assigned_anew_moves_no_offset()
    {
        KafkaProbe script = new((_, _) =>
        {
            _ledger.Revoke([new("mnist", 0), new("mnist", 2)]);
            _ledger.Assign([new("mnist", 0), new("mnist", 2)]);
            return Task.CompletedTask;
        });
        KafkaBatchExecutor executor = Start(script, ListenerUnderTest.AtLeastOnce);

        executor.TryAdd(Batch);
        await script.NextAsync();
        await executor.DrainAsync(CancellationToken.None);

        Assert.Empty(_stored);
    }

    [Fact]
    public async Task A_drain_lets_the_running_batch_end_and_begins_no_other()
    {
        TaskCompletionSource succeed = new();
        KafkaProbe script = new((_, _) => succeed.Task);
        KafkaBatchExecutor executor = Start(script, ListenerUnderTest.AtLeastOnce);

        executor.TryAdd(Batch);
        await script.NextAsync();
        executor.TryAdd([Some.Record(0, 7)]);
        Task drain = executor.DrainAsync(CancellationToken.None);
        succeed.SetResult();
        await drain;

        Assert.Equal(0, script.Waiting);
        Assert.Equal([(0, 7L), (2, 8L)], _stored.Order());
    }

    [Fact]
    public async Task A_batch_that_a_drain_cuts_off_is_not_stored_though_it_claims_success()
    {
        KafkaProbe script = new((_, cancellationToken) => cancellationToken.WhenCancelledAsync());
        KafkaBatchExecutor executor = Start(script, new KafkaTriggerOptions { CommitOnFailure = true });

        executor.TryAdd(Batch);
        await script.NextAsync();
        await executor.DrainAsync(new CancellationToken(canceled: true));

        Assert.Empty(_stored);
    }

    [Fact]
    public async Task A_drain_does_not_wait_for_a_retry()
    {
        KafkaProbe script = new((_, _) => throw new InvalidOperationException("Never."));
        KafkaBatchExecutor executor = Start(script, ListenerUnderTest.AtLeastOnce, retryDelay: TimeSpan.FromMinutes(10));

        executor.TryAdd(Batch);
        await script.NextAsync();
        await executor.DrainAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Empty(_stored);
    }

    private KafkaBatchExecutor Start(KafkaProbe script, KafkaTriggerOptions trigger, TimeSpan? retryDelay = null)
    {
        FunctionsHostOptions options = new()
        {
            RetryDelay = retryDelay ?? TimeSpan.FromMilliseconds(1),
            MaxRetryDelay = retryDelay ?? TimeSpan.FromMilliseconds(1),
            DrainTimeout = TimeSpan.FromMinutes(1),
        };
        return _executor = new KafkaBatchExecutor(nameof(KafkaProbe), script.RunAsync, trigger, options, _ledger, Store, NullLogger.Instance);
    }

    private void Store(TopicPartitionOffset next)
    {
        _stored.Enqueue((next.Partition.Value, next.Offset.Value));
        _storing.Release();
    }

    private async Task StoredAsync(int partitions)
    {
        for (int partition = 0; partition < partitions; partition++)
        {
            Assert.True(await _storing.WaitAsync(TimeSpan.FromSeconds(30)), "No offset was stored.");
        }
    }
}
