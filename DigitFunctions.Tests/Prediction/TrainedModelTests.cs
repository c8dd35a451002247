using System.IO.Compression;
using System.Runtime.InteropServices;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Tests.Prediction;

/// <summary>model/mnist.onnx under ONNX Runtime, against the scores that PyTorch gave when it was trained.</summary>
public sealed class TrainedModelTests
{
    private const int Pictures = 1000;
    private const float Tolerance = 1e-5f;

    [Fact]
    public async Task ONNX_Runtime_scores_as_PyTorch_did()
    {
        byte[] file = Unpack();
        float[] tensors = [.. file.AsSpan(0, Pictures * 784).ToArray().Select(pixel => pixel / 255f)];
        float[] expected = MemoryMarshal.Cast<byte, float>(file.AsSpan(Pictures * 784)).ToArray();
        using var predictor = new OnnxDigitPredictor(Path.Combine(AppContext.BaseDirectory, "model", "mnist.onnx"));

        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(tensors, CancellationToken.None);

        Assert.Equal(Pictures, predictions.Count);
        for (int i = 0; i < Pictures; i++)
        {
            ReadOnlySpan<float> scores = expected.AsSpan(i * 10, 10);
            Assert.Equal(scores.IndexOf(scores.ToArray().Max()), predictions[i].Digit);
            for (int digit = 0; digit < 10; digit++)
            {
                Assert.Equal(scores[digit], predictions[i].Scores[digit], Tolerance);
            }
        }
    }

    private static byte[] Unpack()
    {
        using var packed = new GZipStream(File.OpenRead(TestModels.PathOf("torch-scores.bin.gz")), CompressionMode.Decompress);
        byte[] file = new byte[Pictures * (784 + 40)];
        packed.ReadExactly(file);
        return file;
    }
}
