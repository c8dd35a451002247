using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Tests.Images;

public class ScanTests
{
    private const int Scans = 20;

    private static readonly byte[] s_seven = Some.Pixels(Some.Tensor(PngWriter.Grey(300, 300, Some.Seven(300, 300, 80, 50, 200))));

    [Fact]
    public void A_seed_decides_on_everything()
    {
        Assert.Equal(Scan.Make(s_seven, 1), Scan.Make(s_seven, 1));
        Assert.NotEqual(Scan.Make(s_seven, 1), Scan.Make(s_seven, 2));
    }

    [Fact]
    public async Task The_digit_is_seen_in_nearly_every_scan_and_by_the_samples_transform_in_few()
    {
        // One after the other: other tests need the pool's threads.
        byte[][] files = [.. Enumerable.Range(0, Scans).Select(seed => Scan.Make(s_seven, seed))];

        Assert.InRange(await CountSevensAsync(files, ImagingProfile.Robust), Scans * 95 / 100, Scans);
        Assert.InRange(await CountSevensAsync(files, ImagingProfile.KServeSample), 0, Scans / 2);
    }

    private static async Task<int> CountSevensAsync(byte[][] files, ImagingProfile profile)
    {
        using OnnxDigitPredictor predictor = new(Path.Combine(AppContext.BaseDirectory, "model", "mnist.onnx"));
        float[] tensors = [.. files.SelectMany(file => Some.Tensor(file, profile))];
        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(tensors, default);
        return predictions.Count(prediction => prediction.Digit == 7);
    }
}
