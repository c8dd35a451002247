using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Local.Stack;

/// <summary>How the local stack is set up.</summary>
public sealed record LocalStackOptions
{
    /// <summary>The options by which a person chooses the ports, named where a port is taken.</summary>
    public const string S3PortOption = "--s3-port";

    /// <inheritdoc cref="S3PortOption"/>
    public const string KafkaPortOption = "--kafka-port";

    /// <inheritdoc cref="S3PortOption"/>
    public const string PredictorPortOption = "--predictor-port";

    /// <summary>The S3 endpoint's port; 0 takes any free one.</summary>
    /// <value>The default is 9000.</value>
    public int S3Port { get; init; } = 9000;

    /// <summary>Kafka's port for bootstrap; 0 takes any free one.</summary>
    /// <value>The default is 9092.</value>
    public int KafkaPort { get; init; } = 9092;

    /// <summary>The predictor's port; 0 takes any free one.</summary>
    /// <value>The default is 8080.</value>
    public int PredictorPort { get; init; } = 8080;

    /// <summary>The S3 access key.</summary>
    public string User { get; init; } = "minio";

    /// <summary>The S3 secret key.</summary>
    public string Password { get; init; } = "minio123";

    /// <summary>The folder that keeps the objects; <see langword="null"/> keeps them in memory.</summary>
    public string? Folder { get; init; }

    /// <summary>Whose conditional requests the S3 endpoint plays.</summary>
    public ConditionSupport Conditions { get; init; } = ConditionSupport.Aws;

    /// <summary>The bucket that is announced on Kafka.</summary>
    public string SourceBucket { get; init; } = "mnist";

    /// <summary>The bucket that pictures are moved to; not announced.</summary>
    public string TargetBucket { get; init; } = "digits";

    /// <summary>The topic of the announcements.</summary>
    public string Topic { get; init; } = "mnist";

    /// <summary>Whether removals are announced, as well as uploads.</summary>
    public bool AnnounceRemovals { get; init; } = true;

    /// <summary>The model's name at the predictor.</summary>
    public string ModelName { get; init; } = "mnist";

    /// <summary>Where the parts log.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
