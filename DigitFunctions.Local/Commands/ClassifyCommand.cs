using System.CommandLine;
using System.Globalization;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits classify</c>: which digits picture files show.</summary>
internal static class ClassifyCommand
{
    private const int BatchSize = 64;

    public static Command Create()
    {
        Option<ImagingProfile> profile = ImagingArguments.Profile();
        var csv = new Option<bool>("--csv") { Description = "Print file,digit,confidence as CSV with a header; a file that cannot be read has empty fields." };
        Argument<string[]> paths = ImagingArguments.Paths("PATH", "Picture files, or folders of them.");
        var command = new Command("classify", "Print which digit each picture shows.") { profile, csv, paths };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<string> files = PictureFiles.Find(parsed.GetRequiredValue(paths));
            var options = new ImagingOptions { Profile = parsed.GetValue(profile) };
            bool asCsv = parsed.GetValue(csv);
            await using ServiceProvider services = LocalServices.ForPictures();
            return await RunAsync(files, options, services.GetRequiredService<IDigitPredictor>(), asCsv, Console.Out, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        IReadOnlyList<string> files, ImagingOptions options, IDigitPredictor predictor, bool asCsv, TextWriter output, CancellationToken cancellationToken)
    {
        int failed = 0;
        if (asCsv)
        {
            await output.WriteLineAsync("file,digit,confidence");
        }

        float[] tensors = new float[BatchSize * ImageTransform.TensorLength];
        var reads = new (string? Fault, float[]? Other)[BatchSize];
        foreach (string[] batch in files.Chunk(BatchSize))
        {
            Array.Clear(tensors);
            await Parallel.ForAsync(0, batch.Length, cancellationToken, async (i, ct) =>
                reads[i] = await TransformAsync(batch[i], options, Tensor(tensors, i), ct));
            IReadOnlyList<DigitPrediction> predictions = await DoubtfulPictures.PredictAsync(
                predictor, tensors.AsMemory(0, batch.Length * ImageTransform.TensorLength), [.. reads.Take(batch.Length).Select(read => read.Other)], cancellationToken);
            for (int i = 0; i < batch.Length; i++)
            {
                if (reads[i].Fault is { } fault)
                {
                    await Console.Error.WriteLineAsync($"{batch[i]}: {fault}");
                    failed = 1;
                }

                DigitPrediction? prediction = reads[i].Fault is null ? predictions[i] : null;
                if (asCsv || prediction is not null)
                {
                    await output.WriteLineAsync(Line(batch[i], prediction, asCsv));
                }
            }
        }

        return failed;
    }

    /// <returns>Why the file is no picture of a digit, <see langword="null"/> where it is one; and its other reading, where there is one.</returns>
    private static async Task<(string? Fault, float[]? Other)> TransformAsync(string file, ImagingOptions options, Memory<float> tensor, CancellationToken cancellationToken)
    {
        try
        {
            return (null, ImageTransform.Transform(await File.ReadAllBytesAsync(file, cancellationToken), options, tensor.Span).OtherReading);
        }
        catch (Exception e) when (e is UnreadablePictureException or IOException or UnauthorizedAccessException)
        {
            return (e.Message, null);
        }
    }

    private static string Line(string file, DigitPrediction? prediction, bool asCsv)
    {
        string digit = prediction?.Digit.ToString(CultureInfo.InvariantCulture) ?? "";
        string confidence = prediction?.Confidence.ToString("0.0000", CultureInfo.InvariantCulture) ?? "";
        return asCsv ? $"{Quote(file)},{digit},{confidence}" : $"{file}  {digit}  {confidence}";
    }

    private static string Quote(string field) =>
        field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    private static Memory<float> Tensor(float[] tensors, int index) =>
        tensors.AsMemory(index * ImageTransform.TensorLength, ImageTransform.TensorLength);
}
