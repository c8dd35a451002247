using System.Diagnostics;
using DigitFunctions.Core.Images;
using DigitFunctions.Tests.Images;

namespace DigitFunctions.Benchmarks.Micro;

/// <summary>The pictures that the benchmarks work on.</summary>
internal static class MicroPictures
{
    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(4);

    /// <summary>A drawn digit of 28×28 that is no frame of MNIST, so that the whole way is gone with it.</summary>
    public static byte[] Small => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", "5-dark-on-light-28x28.png"));

    /// <summary>A digit that fills half of a square page, grey, with the faint noise that a scanner leaves.</summary>
    public static byte[] Scan(int side) =>
        side == ImageTransform.Side ? Small : PngWriter.Grey(side, side, Some.WithNoise(Some.Seven(side, side, side * 3 / 10, side / 5, side * 56 / 100, 235, 40), 2));

    /// <summary>Does something until the runtime has compiled again what runs often, which takes longer than BenchmarkDotNet warms up.</summary>
    public static void WarmUp(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Warm)
        {
            action();
        }
    }

    /// <summary>Tensors of so many pictures, all of the small one.</summary>
    public static float[] Tensors(int count)
    {
        float[] tensors = new float[count * ImageTransform.TensorLength];
        for (int start = 0; start < tensors.Length; start += ImageTransform.TensorLength)
        {
            ImageTransform.Transform(Small, new ImagingOptions(), tensors.AsSpan(start, ImageTransform.TensorLength));
        }

        return tensors;
    }
}
