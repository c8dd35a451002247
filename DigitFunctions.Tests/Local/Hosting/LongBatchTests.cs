using System.Text;
using Confluent.Kafka;
using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Tests.Local.Hosting;

public sealed class LongBatchTests(MockBroker broker) : IClassFixture<MockBroker>
{
    [Fact]
    public async Task A_batch_longer_than_maxPollIntervalMs_keeps_its_partitions()
    {
        // Three single-record batches: one runs, one waits, and the subscriber stands with the third.
        KafkaTriggerOptions trigger = new() { CommitOnFailure = false, MaxBatchSize = 1, SessionTimeoutMs = 6000, MaxPollIntervalMs = 6000 };
        using CancellationTokenSource longerThanThePollInterval = new();
        List<string> seen = [];
        KafkaProbe script = new(async (records, _) =>
        {
            seen.Add(Encoding.UTF8.GetString(records[0].Value));
            if (seen.Count == 1)
            {
                longerThanThePollInterval.CancelAfter(trigger.MaxPollIntervalMs!.Value + 1000);
                await longerThanThePollInterval.Token.WhenCancelledAsync();
            }
        });
        foreach (string value in (string[])["one", "two", "three", "four"])
        {
            await broker.ProduceAsync("long", 0, new Message<Null, byte[]?> { Value = Encoding.UTF8.GetBytes(value) });
        }

        await using ListenerUnderTest host = await ListenerUnderTest.StartAsync(broker, "long", script, trigger);
        await script.NextAsync(records: 4);
        await host.StopAsync();

        Assert.Equal(["one", "two", "three", "four"], seen);
        Assert.Equal(new() { [0] = 4 }, broker.Committed(ListenerUnderTest.Group("long"), "long"));
    }
}
