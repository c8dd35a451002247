using System.Diagnostics.CodeAnalysis;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Local.Stack;

/// <summary>Kafka, S3 with its two buckets, and a predictor, on loopback.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "A stack of servers, not of items.")]
public sealed class LocalStack : IAsyncDisposable
{
    // In the order of their start; stopped in reverse.
    private readonly List<IAsyncDisposable> _parts = [];
    private KafkaAnnouncer? _announcer;

    private LocalStack()
    {
    }

    /// <summary>The Kafka broker.</summary>
    public LocalKafka Kafka { get; private set; } = null!;

    /// <summary>The S3 endpoint.</summary>
    public S3Server S3 { get; private set; } = null!;

    /// <summary>The predictor.</summary>
    public LocalPredictor Predictor { get; private set; } = null!;

    /// <summary>Name and address of each part: <c>s3 http://127.0.0.1:9000</c>, <c>kafka 127.0.0.1:9092</c>, <c>predictor http://127.0.0.1:8080</c>.</summary>
    public IReadOnlyList<string> Endpoints =>
    [
        $"s3 {S3.Url.GetLeftPart(UriPartial.Authority)}",
        $"kafka {Kafka.BootstrapServers}",
        $"predictor {Predictor.Url.GetLeftPart(UriPartial.Authority)}",
    ];

    /// <summary>Starts all parts, or none.</summary>
    /// <param name="options">How they are set up.</param>
    /// <param name="predictor">The model behind the predictor; not disposed with the stack.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="PortTakenException">A port is taken.</exception>
    /// <exception cref="ArgumentException">A bucket's name is not one that S3 allows.</exception>
    public static async Task<LocalStack> StartAsync(LocalStackOptions options, IDigitPredictor predictor, CancellationToken cancellationToken = default)
    {
        LocalStack stack = new();
        try
        {
            await stack.StartPartsAsync(options, predictor, cancellationToken).ConfigureAwait(false);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops all parts. What they hold in memory is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (IAsyncDisposable part in Enumerable.Reverse(_parts))
        {
            if (part == Kafka)
            {
                // Between S3, which announces, and the broker, which takes it.
                _announcer?.Dispose();
            }

            await part.DisposeAsync().ConfigureAwait(false);
        }

        _parts.Clear();
    }

    private async Task StartPartsAsync(LocalStackOptions options, IDigitPredictor predictor, CancellationToken cancellationToken)
    {
        Kafka = await LocalKafka.StartAsync(options.KafkaPort, LocalStackOptions.KafkaPortOption, options.LoggerFactory, cancellationToken).ConfigureAwait(false);
        _parts.Add(Kafka);
        await Kafka.EnsureTopicAsync(options.Topic, cancellationToken).ConfigureAwait(false);
        _announcer = new KafkaAnnouncer(Kafka.BootstrapServers, options.Topic, options.LoggerFactory);
        S3 = await S3Server.StartAsync(
            new S3ServerOptions
            {
                Port = options.S3Port,
                PortOption = LocalStackOptions.S3PortOption,
                User = options.User,
                Password = options.Password,
                Folder = options.Folder,
                Conditions = options.Conditions,
                AnnouncedBuckets = [options.SourceBucket],
                AnnounceRemovals = options.AnnounceRemovals,
                Announce = _announcer.AnnounceAsync,
                LoggerFactory = options.LoggerFactory,
            },
            cancellationToken).ConfigureAwait(false);
        _parts.Add(S3);
        S3.EnsureBucket(options.SourceBucket);
        S3.EnsureBucket(options.TargetBucket);
        Predictor = await LocalPredictor.StartAsync(
            predictor, options.ModelName, options.PredictorPort, LocalStackOptions.PredictorPortOption, options.LoggerFactory, cancellationToken).ConfigureAwait(false);
        _parts.Add(Predictor);
    }
}
