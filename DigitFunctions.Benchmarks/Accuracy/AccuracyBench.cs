using System.CommandLine;
using System.Globalization;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local;
using DigitFunctions.Local.Commands;

namespace DigitFunctions.Benchmarks.Accuracy;

/// <summary><c>bench accuracy</c>: how many pictures of a labelled set are recognised, which are taken for which, and the worst cases.</summary>
internal static class AccuracyBench
{
    private const int BatchSize = 256;
    private const int Unreadable = 10;
    private const int WorstCases = 10;

    public static Command Create()
    {
        Option<ImagingProfile> profile = ImagingArguments.Profile();
        var invert = new Option<bool>("--invert") { Description = "Invert the pixels of idx pictures: dark on light." };
        var set = new Argument<string>("SET") { Description = "A folder with the folders 0 to 9, or an idx file of images with its labels' file beside it." };
        var command = new Command("accuracy", "Recognise a labelled set of pictures.") { profile, invert, set };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using ServiceProvider services = LocalServices.ForPictures();
            IReadOnlyList<LabelledPicture> pictures = LabelledPictures.Find(parsed.GetRequiredValue(set), parsed.GetValue(invert));
            var seen = new List<(LabelledPicture Picture, int Said, float Confidence)>(pictures.Count);
            foreach (LabelledPicture[] batch in pictures.Chunk(BatchSize))
            {
                await RecogniseAsync(
                    batch, new ImagingOptions { Profile = parsed.GetValue(profile) }, services.GetRequiredService<IDigitPredictor>(), seen, cancellationToken);
            }

            Print(seen);
            return 0;
        });
        return command;
    }

    private static async Task RecogniseAsync(
        LabelledPicture[] batch, ImagingOptions options, IDigitPredictor predictor,
        List<(LabelledPicture Picture, int Said, float Confidence)> seen, CancellationToken cancellationToken)
    {
        float[] tensors = new float[batch.Length * ImageTransform.TensorLength];
        bool[] readable = new bool[batch.Length];
        Parallel.For(0, batch.Length, i =>
        {
            try
            {
                ImageTransform.Transform(batch[i].Read(), options, tensors.AsSpan(i * ImageTransform.TensorLength, ImageTransform.TensorLength));
                readable[i] = true;
            }
            catch (UnreadablePictureException)
            {
                // Counted as not recognised.
            }
        });
        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(tensors, cancellationToken);
        for (int i = 0; i < batch.Length; i++)
        {
            seen.Add((batch[i], readable[i] ? predictions[i].Digit : Unreadable, readable[i] ? predictions[i].Confidence : 1));
        }
    }

    private static void Print(List<(LabelledPicture Picture, int Said, float Confidence)> seen)
    {
        int[,] confusion = new int[10, 11];
        seen.ForEach(each => confusion[each.Picture.Digit, each.Said]++);
        Console.WriteLine("is \\ said" + string.Concat(Enumerable.Range(0, 10).Select(digit => $"{digit,6}")) + "  unreadable");
        for (int digit = 0; digit < 10; digit++)
        {
            int row = digit;
            Console.WriteLine($"{digit,9}" + string.Concat(Enumerable.Range(0, 10).Select(said => $"{confusion[row, said],6}")) + $"{confusion[digit, Unreadable],12}");
        }

        foreach ((LabelledPicture picture, int said, float confidence) in
            seen.Where(each => each.Said != each.Picture.Digit).OrderByDescending(each => each.Confidence).Take(WorstCases))
        {
            string taken = said == Unreadable ? "unreadable" : string.Create(CultureInfo.InvariantCulture, $"taken for {said} with {confidence:0.0000}");
            Console.WriteLine($"{picture.Name} is {picture.Digit}, {taken}");
        }

        int right = seen.Count(each => each.Said == each.Picture.Digit);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"accuracy={(double)right / seen.Count:0.0000} n={seen.Count}"));
    }
}
