using DigitFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class ThrownBatchTests(MockBroker broker) : IClassFixture<MockBroker>
{
    [Fact]
    public async Task A_thrown_batch_is_seen_again_and_its_offsets_are_committed_when_it_succeeds()
    {
        string group = ListenerUnderTest.Group("thrown");
        int calls = 0;
        TaskCompletionSource mend = new();
        Dictionary<int, long>? committedBefore = null;
        KafkaProbe script = new(async (_, _) =>
        {
            if (Interlocked.Increment(ref calls) <= 2)
            {
                throw new InvalidOperationException("The predictor is down.");
            }

            committedBefore ??= broker.Committed(group, "thrown");
            await mend.Task;
        });
        await broker.ProduceAsync("thrown", 0, 0, 1);
        await using ListenerUnderTest host = await ListenerUnderTest.StartAsync(broker, "thrown", script);

        KafkaRecord[] first = await script.NextAsync();
        KafkaRecord[] second = await script.NextAsync();
        KafkaRecord[] third = await script.NextAsync();
        mend.SetResult();
        await host.StopAsync();

        Assert.Equal([(0, 0L), (0, 1L), (1, 0L)], Places(first));
        Assert.Equal(Places(first), Places(second));
        Assert.Equal(Places(first), Places(third));
        Assert.Empty(committedBefore!);
        Assert.Equal(new() { [0] = 2, [1] = 1 }, broker.Committed(group, "thrown"));
    }

    private static IEnumerable<(int Partition, long Offset)> Places(KafkaRecord[] batch) =>
        batch.Select(record => (record.Partition, record.Offset)).Order();
}
