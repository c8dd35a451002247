using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Amazon.S3;
using Confluent.Kafka;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary><c>bench start</c>: how long the host takes until it reads from Kafka, beside an empty .NET host that has the same SDKs loaded.</summary>
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
            List<double> app = [], empty = [];
            for (int i = 0; i < parsed.GetValue(rounds); i++)
            {
                // A group of its own: nobody waits for a consumer that has just gone.
                Dictionary<string, string> settings = EndToEndSides.Settings(store, kafka, $"start-{i}", new SidesOptions().Concurrency);
                app.Add(await MeasureAsync(MeasuredHost.Name, settings));
                empty.Add(await MeasureAsync(EmptyHost, settings));
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"round {i + 1}: app {app[i]:0} ms, empty host {empty[i]:0} ms, ratio {app[i] / empty[i]:0.00}"));
            }

            Console.WriteLine(
                EndToEndBench.Spread("start_ratio", app.Zip(empty, (one, other) => one / other)) + " " + EndToEndBench.Spread("start_ms", app));
            return 0;
        });
        return command;
    }

    /// <summary>The other side: a generic host without services, beside the SDKs' clients.</summary>
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
            using IConsumer<Null, Null> consumer = new ConsumerBuilder<Null, Null>(new ConsumerConfig { GroupId = EmptyHost }).Build();
            Console.WriteLine("ready");
            await Console.In.ReadLineAsync(cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task<double> MeasureAsync(string name, Dictionary<string, string> settings)
    {
        long start = Stopwatch.GetTimestamp();
        await using ChildProcess child = await ChildProcess.StartSelfAsync(settings, name);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
