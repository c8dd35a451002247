using System.CommandLine;
using System.Globalization;
using Confluent.Kafka;
using DigitFunctions.Local;
using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary><c>bench batch</c>: the memory that the worst batch takes which the settings allow: <c>maxBatchSize</c> records, each as large as the topic lets it be, and none readable.</summary>
internal static class BatchBench
{
    public static Command Create()
    {
        var records = new Option<int>("--records") { Description = "Records of the batch; maxBatchSize of host.json is 512.", DefaultValueFactory = _ => 512 };
        var bytes = new Option<int>("--bytes") { Description = "Bytes of each; max.message.bytes of the topic in deploy is 65536.", DefaultValueFactory = _ => 65_536 };
        var command = new Command("batch", "Hand the largest batches to the functions and watch the worker's memory.") { records, bytes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            (int count, int size) = (parsed.GetValue(records), parsed.GetValue(bytes));
            await using BenchStore store = await BenchStore.StartAsync(StoreKind.Local);
            Dictionary<string, string> settings = LocalServices.Settings();
            foreach ((string name, string value) in EndToEndSides.Settings(store, "127.0.0.1:1", "batch", new SidesOptions().Concurrency))
            {
                settings[name] = value;
            }

            await using var worker = new FunctionsWorker(
                FunctionsApp.Built(), settings, name => name == "ClassifyFromKafka", new FunctionsHostOptions(), NullLoggerFactory.Instance);
            HostedFunction function = (await worker.StartAsync(cancellationToken)).Single();
            const int Batches = 3;
            double peak = 0;
            for (int batch = 1; batch <= Batches; batch++)
            {
                await worker.InvokeAsync(function, KafkaTriggerData.Request(function, Records(batch * count, count, size)), cancellationToken);
                peak = ProcessMemory.Peak(worker.ProcessId!.Value) / 1e6;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"batch {batch}: the worker has held {peak:0} MB at most"));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"records={count} bytes={size} batch_mb={count * (double)size / 1e6:0} worker_peak_mb={peak:0}"));
            return 0;
        });
        return command;
    }

    private static HeldRecord[] Records(int offset, int count, int size) => [.. Enumerable.Range(0, count).Select(i => new HeldRecord(
        new ConsumeResult<byte[]?, byte[]?>
        {
            TopicPartitionOffset = new TopicPartitionOffset(EndToEndSides.Topic, 0, offset + i),
            Message = new Message<byte[]?, byte[]?> { Value = new byte[size] },
        },
        Assignment: 1))];
}
