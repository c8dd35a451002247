using System.CommandLine;
using System.Globalization;
using Amazon.S3;
using Confluent.Kafka;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary><c>bench start</c>: how long the host takes until it asks to join its consumer group, and until it holds partitions, beside an empty .NET host with the same SDKs.</summary>
internal static class StartBench
{
    private const string EmptyHost = "empty-host";

    public static Command Create()
    {
        var rounds = new Option<int>("--rounds") { Description = "Starts of each, in turn.", DefaultValueFactory = _ => 10 };
        var command = new Command("start", "Start the host and an empty one, in turn.") { rounds };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using BenchStore store = await BenchStore.StartAsync(StoreKind.Local);
            await using LocalKafka kafka = await LocalKafka.StartAsync(0, "kafka", NullLoggerFactory.Instance, cancellationToken);
            await kafka.EnsureTopicAsync(EndToEndSides.Topic, cancellationToken);
            List<(double Joining, double Ready)> app = [], empty = [];
            for (int i = 0; i < parsed.GetValue(rounds); i++)
            {
                // A group of its own for each: nobody waits for a consumer that has just gone.
                app.Add(await MeasureAsync(MeasuredHost.Name, EndToEndSides.Settings(store, kafka.BootstrapServers, $"start-{i}", new SidesOptions().Concurrency)));
                empty.Add(await MeasureAsync(EmptyHost, EndToEndSides.Settings(store, kafka.BootstrapServers, $"empty-{i}", new SidesOptions().Concurrency)));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"round {i + 1}: app asks to join after {app[i].Joining:0} ms and holds partitions after {app[i].Ready:0} ms, the empty host after {empty[i].Joining:0} and {empty[i].Ready:0} ms"));
            }

            IEnumerable<((double Joining, double Ready) App, (double Joining, double Ready) Empty)> pairs = app.Zip(empty);
            Console.WriteLine(string.Join(
                ' ',
                EndToEndBench.Spread("start_ratio", pairs.Select(pair => pair.App.Ready / pair.Empty.Ready)),
                EndToEndBench.Spread("joining_ratio", pairs.Select(pair => pair.App.Joining / pair.Empty.Joining)),
                EndToEndBench.Spread("start_ms", app.Select(each => each.Ready)),
                EndToEndBench.Spread("joining_ms", app.Select(each => each.Joining))));
            return 0;
        });
        return command;
    }

    /// <summary>The other side: a generic host without services, an S3 client, ONNX Runtime's library, and a consumer that joins its group.</summary>
    public static Command CreateEmptyHost()
    {
        var command = new Command(EmptyHost, "One side of start.") { Hidden = true };
        command.SetAction(async (_, cancellationToken) =>
        {
            HostApplicationBuilder builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            using IHost host = builder.Build();
            await host.StartAsync(cancellationToken);
            using AmazonS3Client s3 = S3Client.Create(new S3Options { ServiceUrl = Environment.GetEnvironmentVariable("S3__ServiceUrl") });
            using var session = new SessionOptions();
            var config = new ConsumerConfig
            {
                BootstrapServers = Environment.GetEnvironmentVariable("KafkaBrokers"),
                GroupId = Environment.GetEnvironmentVariable("KafkaConsumerGroup"),
            };
            bool isReady = false;
            using IConsumer<Null, Null> consumer = new ConsumerBuilder<Null, Null>(config).SetPartitionsAssignedHandler((_, _) => isReady = true).Build();
            consumer.Subscribe(EndToEndSides.Topic);
            Console.WriteLine(ChildProcess.Joining);
            while (!isReady)
            {
                consumer.Consume(TimeSpan.FromMilliseconds(100));
            }

            Console.WriteLine("ready");
            await Console.In.ReadLineAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task<(double Joining, double Ready)> MeasureAsync(string name, Dictionary<string, string> settings)
    {
        await using ChildProcess child = await ChildProcess.StartSelfAsync(settings, name);
        return (child.JoiningAfter.TotalMilliseconds, child.ReadyAfter.TotalMilliseconds);
    }
}
