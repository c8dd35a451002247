using System.Security.Cryptography;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Tests.Prediction;

public sealed class OnnxDigitPredictorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(64)]
    public async Task A_batch_is_scored_as_numpy_scores_it(int count)
    {
        using OnnxDigitPredictor predictor = new(TestModels.Linear);

        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(TestModels.Pictures(count), CancellationToken.None);

        Assert.Equal(count, predictions.Count);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(TestModels.Expected.Classes[i % 2], predictions[i].Digit);
            Assert.Equal(10, predictions[i].Scores.Count);
            Assert.All(Enumerable.Range(0, 10), digit => Assert.Equal(TestModels.Expected.Scores[i % 2][digit], predictions[i].Scores[digit], 1e-5f));
            Assert.Equal(predictions[i].Scores[predictions[i].Digit], predictions[i].Confidence);
        }
    }

    [Fact]
    public async Task The_apps_own_model_is_one_for_digits()
    {
        using OnnxDigitPredictor predictor = new(new PredictionOptions().FullModelPath);

        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(TestModels.Pictures(3), CancellationToken.None);

        Assert.Equal(3, predictions.Count);
        Assert.Equal(predictions[0].Scores, predictions[2].Scores, (one, other) => Math.Abs(one - other) < 1e-5f);
    }

    [Fact]
    public async Task A_prediction_names_the_file_by_its_hash()
    {
        using OnnxDigitPredictor predictor = new(TestModels.Linear);
        string hash = Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(TestModels.Linear)));

        DigitPrediction prediction = Assert.Single(await predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.Equal("onnx:mnist@" + hash[..12], prediction.Model);
        Assert.Equal($"{prediction.Model} is loaded from {TestModels.Linear}", await predictor.CheckAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Many_batches_at_once_do_not_mix()
    {
        using OnnxDigitPredictor predictor = new(TestModels.Linear, intraOpThreads: 2);
        float[] both = TestModels.Pictures(2);

        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancellationToken) =>
        {
            ReadOnlyMemory<float> one = both.AsMemory(i % 2 * 784, 784);
            Assert.Equal(TestModels.Expected.Classes[i % 2], Assert.Single(await predictor.PredictAsync(one, cancellationToken)).Digit);
        });
    }

    [Fact]
    public async Task A_slice_of_a_longer_buffer_is_read_from_its_own_start()
    {
        using OnnxDigitPredictor predictor = new(TestModels.Linear);

        DigitPrediction second = Assert.Single(await predictor.PredictAsync(TestModels.Pictures(4).AsMemory(784, 784), CancellationToken.None));

        Assert.Equal(TestModels.Expected.Classes[1], second.Digit);
    }

    [Fact]
    public async Task An_empty_batch_has_no_predictions()
    {
        using OnnxDigitPredictor predictor = new(TestModels.Linear);

        Assert.Empty(await predictor.PredictAsync(ReadOnlyMemory<float>.Empty, CancellationToken.None));
    }

    [Fact]
    public async Task A_batch_of_a_wrong_length_is_refused()
    {
        using OnnxDigitPredictor predictor = new(TestModels.Linear);

        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => predictor.PredictAsync(new float[785], CancellationToken.None));

        Assert.StartsWith("Expected 784 floats a picture, got 785 in all.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_names_the_path_and_the_setting()
    {
        string path = TestModels.PathOf("nowhere/none.onnx");

        FileNotFoundException error = Assert.Throws<FileNotFoundException>(() => new OnnxDigitPredictor(path));

        Assert.Equal($"Prediction__ModelPath must name the ONNX model's file; there is no file {path}.", error.Message);
    }

    [Fact]
    public void A_file_that_is_no_model_says_so()
    {
        string path = TestModels.PathOf("make_models.py");

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => new OnnxDigitPredictor(path));

        Assert.StartsWith($"Prediction__ModelPath must name an ONNX model; {path} is none that can be loaded: [ErrorCode:InvalidProtobuf]", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other-names.onnx", "has input x Float [n, 10] and output y Float [n, 10].")]
    [InlineData("int32-classes.onnx", "has input images Float [n, 784] and output predictions Float [n, 10], classes Int32 [n].")]
    public void A_model_with_another_signature_is_refused_with_what_it_has(string file, string found)
    {
        string path = TestModels.PathOf(file);

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => new OnnxDigitPredictor(path));

        Assert.Equal(
            "Prediction__ModelPath must name a model with input images Float [n, 784] and outputs predictions Float [n, 10], classes Int64 [n], and where it has one digit_score Float [n]; " + $"{path} {found}",
            error.Message);
    }

    [Fact]
    public async Task Scores_that_are_not_numbers_are_refused()
    {
        using OnnxDigitPredictor predictor = new(TestModels.PathOf("not-a-number.onnx"));

        ImplausiblePredictionException error =
            await Assert.ThrowsAsync<ImplausiblePredictionException>(() => predictor.PredictAsync(new float[784], CancellationToken.None));

        Assert.EndsWith("answered the score NaN for digit 0 of picture 0; a score is a probability from 0 to 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_stops_a_run_under_way()
    {
        using OnnxDigitPredictor predictor = new(TestModels.PathOf("endless.onnx"));
        using CancellationTokenSource stop = new();

        Task<IReadOnlyList<DigitPrediction>> run = predictor.PredictAsync(TestModels.Pictures(1), stop.Token);
        Assert.NotSame(run, await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(200), CancellationToken.None)));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Disposing_waits_for_the_runs_and_ends_the_predictor()
    {
        OnnxDigitPredictor predictor = new(TestModels.Linear);
        Task<IReadOnlyList<DigitPrediction>>[] runs = [.. Enumerable.Range(0, 50).Select(_ => predictor.PredictAsync(TestModels.Pictures(64), CancellationToken.None))];

        predictor.Dispose();

        foreach (Task<IReadOnlyList<DigitPrediction>> run in runs)
        {
            Exception? error = await Record.ExceptionAsync(() => run);
            Assert.True(error is null or ObjectDisposedException, $"{error}");
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => predictor.CheckAsync(CancellationToken.None));
    }
}
