using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Confluent.Kafka;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class LocalKafkaTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_consumer_reads_what_a_producer_wrote_and_resumes_at_its_commit()
    {
        await using LocalKafka kafka = await StartAsync();
        await kafka.EnsureTopicAsync("mnist");
        using (IProducer<string, string> producer = new ProducerBuilder<string, string>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers }).Build())
        {
            for (int i = 0; i < 10; i++)
            {
                await producer.ProduceAsync("mnist", new Message<string, string> { Key = $"mnist/{i}.png", Value = $"{i}" });
            }
        }

        List<string> first = Consume(kafka, 4);
        List<string> rest = Consume(kafka, 6);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), first.Concat(rest).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_upload_that_was_answered_is_on_the_topic_as_MinIO_would_write_it()
    {
        await using LocalStack stack = await StartStackAsync();
        using AmazonS3Client s3 = stack.S3.Client();
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "a b/0+é.png", ContentBody = "0123456789", ContentType = "image/png" });
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "digits", Key = "digit-0/0.png", ContentBody = "0" });

        using IConsumer<byte[], byte[]> consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig
        {
            BootstrapServers = stack.Kafka.BootstrapServers,
            GroupId = "readers",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        consumer.Subscribe("mnist");
        ConsumeResult<byte[], byte[]> record = consumer.Consume(s_patience);
        Assert.Equal("mnist/a b/0+é.png", Encoding.UTF8.GetString(record.Message.Key));
        Assert.Empty(record.Message.Headers);
        JsonNode expected = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "Stack", "minio-put.json")))!;
        expected["Records"]![0]!["s3"]!["object"]!["userMetadata"]!.AsObject().Remove("X-Amz-Meta-Drawn-By");
        JsonNode written = JsonNode.Parse(record.Message.Value)!;
        Assert.Equal(Paths(expected), Paths(written));
        Assert.Equal("a+b%2F0%2B%C3%A9.png", written["Records"]![0]!["s3"]!["object"]!["key"]!.GetValue<string>());
        // The other bucket's upload is not announced.
        Assert.Null(consumer.Consume(TimeSpan.FromMilliseconds(500)));
        consumer.Close();
    }

    [KcatFact]
    public async Task kcat_reads_the_announcement()
    {
        await using LocalStack stack = await StartStackAsync();
        using AmazonS3Client s3 = stack.S3.Client();
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "0.png", ContentBody = "0" });
        using Process kcat = Process.Start(new ProcessStartInfo("kcat", ["-b", stack.Kafka.BootstrapServers, "-C", "-t", "mnist", "-o", "beginning", "-e", "-q", "-f", "%k %s\n"])
        {
            RedirectStandardOutput = true,
        })!;
        string output = await kcat.StandardOutput.ReadToEndAsync().WaitAsync(s_patience);
        await kcat.WaitForExitAsync().WaitAsync(s_patience);
        Assert.Equal(0, kcat.ExitCode);
        Assert.StartsWith("mnist/0.png {\"EventName\":\"s3:ObjectCreated:Put\",\"Key\":\"mnist/0.png\"", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_is_answered_without_Kafka_and_announced_when_Kafka_comes()
    {
        CollectingLogger log = new();
        await using LocalKafka first = await StartAsync();
        int port = int.Parse(first.BootstrapServers.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        await first.DisposeAsync();
        using KafkaAnnouncer announcer = new(first.BootstrapServers, "mnist", log) { Patience = TimeSpan.FromMilliseconds(100) };
        await announcer.AnnounceAsync(new BucketNotification("s3:ObjectCreated:Put", "mnist", "0.png"));
        Assert.Contains(304, log.Events);

        await using LocalKafka second = await LocalKafka.StartAsync(port, "port", NullLoggerFactory.Instance);
        Assert.Single(Consume(second, 1));
    }

    [Fact]
    public async Task A_taken_port_is_named_with_its_option()
    {
        await using LocalKafka first = await StartAsync();
        int port = int.Parse(first.BootstrapServers.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture);
        PortTakenException kafka = await Assert.ThrowsAsync<PortTakenException>(() => LocalKafka.StartAsync(port, "--kafka-port", NullLoggerFactory.Instance));
        Assert.Equal($"Port {port} of 127.0.0.1 is taken: stop the program that listens there, or choose another port with --kafka-port (0 takes any free one).", kafka.Message);
        PortTakenException s3 = await Assert.ThrowsAsync<PortTakenException>(() => S3Server.StartAsync(new S3ServerOptions { Port = port, PortOption = "--s3-port" }));
        Assert.Equal((port, "--s3-port"), (s3.Port, s3.Option));
        PortTakenException stack = await Assert.ThrowsAsync<PortTakenException>(
            () => LocalStack.StartAsync(new LocalStackOptions { KafkaPort = 0, S3Port = 0, PredictorPort = port }, new FirstPixelPredictor()));
        Assert.Equal("--predictor-port", stack.Option);
    }

    [Fact]
    public async Task The_stack_names_its_endpoints_and_has_its_buckets()
    {
        await using LocalStack stack = await StartStackAsync();
        Assert.Equal(
            [$"s3 http://127.0.0.1:{stack.S3.Url.Port}", $"kafka {stack.Kafka.BootstrapServers}", $"predictor http://127.0.0.1:{stack.Predictor.Url.Port}"],
            stack.Endpoints);
        using AmazonS3Client s3 = stack.S3.Client();
        Assert.Equal(["digits", "mnist"], (await s3.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName));
    }

    private static Task<LocalKafka> StartAsync() => LocalKafka.StartAsync(0, "port", NullLoggerFactory.Instance);

    private static Task<LocalStack> StartStackAsync() =>
        LocalStack.StartAsync(new LocalStackOptions { KafkaPort = 0, S3Port = 0, PredictorPort = 0 }, new FirstPixelPredictor());

    private static List<string> Consume(LocalKafka kafka, int count)
    {
        using IConsumer<string, string> consumer = new ConsumerBuilder<string, string>(new ConsumerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            GroupId = "readers",
            AutoOffsetReset = AutoOffsetReset.Earliest,
            EnableAutoCommit = false,
            // The built-in broker gives a group that lost a member nearly this long before the next one may begin.
            SessionTimeoutMs = 6000,
            AllowAutoCreateTopics = true,
        }).Build();
        consumer.Subscribe("mnist");
        List<string> values = [];
        Stopwatch watch = Stopwatch.StartNew();
        while (values.Count < count && watch.Elapsed < s_patience)
        {
            try
            {
                if (consumer.Consume(TimeSpan.FromSeconds(1)) is ConsumeResult<string, string> result)
                {
                    values.Add(result.Message.Value);
                    consumer.Commit(result);
                }
            }
            catch (ConsumeException fault) when (fault.Error.Code == ErrorCode.UnknownTopicOrPart)
            {
                // The topic comes with its first record.
            }
        }

        consumer.Close();
        return values;
    }

    private static List<string> Paths(JsonNode? node, string path = "$") => node switch
    {
        JsonObject members => [.. members.SelectMany(member => Paths(member.Value, $"{path}.{member.Key}"))],
        JsonArray items => [.. items.SelectMany((item, i) => Paths(item, $"{path}[{i}]"))],
        _ => [$"{path} {node?.GetValueKind()}"],
    };
}

/// <summary>A test that needs kcat, a Kafka client that is not .NET.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KcatFactAttribute : FactAttribute
{
    public KcatFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!Array.Exists(folders, folder => File.Exists(Path.Combine(folder, "kcat"))))
        {
            Skip = "kcat is not installed (Debian package kcat).";
        }
    }
}

/// <summary>Says the digit that the first pixel holds, in tenths.</summary>
internal sealed class FirstPixelPredictor : IDigitPredictor
{
    public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken)
    {
        List<DigitPrediction> predictions = [];
        for (int i = 0; i < tensors.Length; i += 784)
        {
            int digit = (int)MathF.Round(tensors.Span[i] * 10);
            predictions.Add(new DigitPrediction(digit, [.. Enumerable.Range(0, 10).Select(each => each == digit ? 1f : 0f)], "test"));
        }

        return Task.FromResult<IReadOnlyList<DigitPrediction>>(predictions);
    }

    public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromResult("test");
}

/// <summary>Keeps the ids of what is logged.</summary>
internal sealed class CollectingLogger : ILoggerFactory, ILogger
{
    private readonly List<int> _events = [];

    public IReadOnlyList<int> Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_events)
        {
            _events.Add(eventId.Id);
        }
    }

    public void Dispose()
    {
    }
}
