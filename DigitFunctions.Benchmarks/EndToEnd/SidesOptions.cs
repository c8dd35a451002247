namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>What <see cref="EndToEndSides"/> compares, and over what.</summary>
internal sealed record SidesOptions
{
    /// <summary>The broker's, for each topic.</summary>
    public const int AllPartitions = 4;

    /// <summary>The S3 server.</summary>
    public StoreKind Store { get; init; } = StoreKind.Ceph;

    /// <summary>S3 calls in flight: of each invocation of the functions, and of the bare loop.</summary>
    public int Concurrency { get; init; } = 16;

    /// <summary>Whether KServe's sample takes part.</summary>
    public bool WithPeer { get; init; }

    /// <summary>Hosts in one consumer group.</summary>
    public int Hosts { get; init; } = 1;

    /// <summary>Partitions that events go to: 1, 2 or <see cref="AllPartitions"/>.</summary>
    public int Partitions { get; init; } = AllPartitions;

    /// <summary>The file that is uploaded again and again.</summary>
    public byte[] Picture { get; init; } = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "7-light-on-dark-28x28.png"));
}
