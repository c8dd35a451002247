using DigitFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class BatchTests(MockBroker broker) : IClassFixture<MockBroker>
{
    [Fact]
    public async Task Batches_hold_several_partitions_and_no_more_than_maxBatchSize_records()
    {
        KafkaProbe script = new();
        await broker.ProduceAsync("batches", [.. Enumerable.Range(0, 40).Select(record => record % 4)]);
        await using ListenerUnderTest host = await ListenerUnderTest.StartAsync(broker, "batches", script, new KafkaTriggerOptions { CommitOnFailure = false, MaxBatchSize = 16 });

        List<KafkaRecord[]> batches = await script.NextAsync(records: 40);
        await host.StopAsync();

        Assert.All(batches, batch => Assert.InRange(batch.Length, 1, 16));
        Assert.Contains(batches, batch => batch.Select(record => record.Partition).Distinct().Count() > 1);
        Assert.Equal(
            Enumerable.Range(0, 40).Select(record => (record % 4, (long)record / 4)).Order(),
            batches.SelectMany(batch => batch).Select(record => (record.Partition, record.Offset)).Order());
        Assert.Equal(new() { [0] = 10, [1] = 10, [2] = 10, [3] = 10 }, broker.Committed(ListenerUnderTest.Group("batches"), "batches"));
    }
}
