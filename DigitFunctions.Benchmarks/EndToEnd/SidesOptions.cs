using DigitFunctions.Core.Images;
using DigitFunctions.Tests.Images;

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

    /// <summary>The file that is uploaded again and again; unless another is given, 28×28 pixels framed as MNIST's are.</summary>
    public byte[] Picture { get; init; } = Framed();

    /// <summary>A PNG file of 28×28 pixels, framed as MNIST's are.</summary>
    public static byte[] Framed()
    {
        float[] frame = Some.Tensor(PngWriter.Grey(300, 300, Some.Seven(300, 300, 80, 50, 200)));
        return PngWriter.Grey(ImageTransform.Side, ImageTransform.Side, Some.Pixels(frame));
    }
}
