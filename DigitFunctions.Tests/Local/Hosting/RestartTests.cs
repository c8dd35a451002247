using DigitFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class RestartTests(MockBroker broker) : IClassFixture<MockBroker>
{
    [Fact]
    public async Task A_host_goes_on_at_the_committed_offsets_and_a_batch_that_was_cut_off_comes_again()
    {
        // The function swallows its cancellation and claims success: cut off is cut off.
        KafkaProbe first = new(async (records, cancellationToken) =>
        {
            if (records.Any(record => record.Partition == 3))
            {
                await cancellationToken.WhenCancelledAsync();
            }
        });
        await broker.ProduceAsync("restart", 0, 0, 1);
        ListenerUnderTest host = await ListenerUnderTest.StartAsync(broker, "restart", first, drainTimeout: TimeSpan.FromMilliseconds(1));
        await first.NextAsync(records: 3);
        await broker.ProduceAsync("restart", 3, 3);
        await first.NextAsync();
        await host.StopAsync();
        await host.DisposeAsync();

        Assert.Equal(new() { [0] = 2, [1] = 1 }, broker.Committed(ListenerUnderTest.Group("restart"), "restart"));

        KafkaProbe second = new();
        await broker.ProduceAsync("restart", 1);
        await using ListenerUnderTest again = await ListenerUnderTest.StartAsync(broker, "restart", second);
        List<KafkaRecord[]> batches = await second.NextAsync(records: 3);
        await again.StopAsync();

        Assert.Equal([(1, 1L), (3, 0L), (3, 1L)], batches.SelectMany(batch => batch).Select(record => (record.Partition, record.Offset)).Order());
        Assert.Equal(new() { [0] = 2, [1] = 2, [3] = 2 }, broker.Committed(ListenerUnderTest.Group("restart"), "restart"));
    }
}
