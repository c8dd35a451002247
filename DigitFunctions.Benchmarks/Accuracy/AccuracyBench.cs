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
    private const int BatchSize = 64;
    private const int Unreadable = 10;

    public static Command Create()
    {
        Option<ImagingProfile> profile = ImagingArguments.Profile();
        var invert = new Option<bool>("--invert") { Description = "Invert the pixels of idx pictures: dark on light." };
        var scans = new Option<bool>("--scans") { Description = "Make a scan of each idx picture: any size, place, paper, pen, light, noise." };
        var seed = new Option<int>("--seed") { Description = "Decides how the scans look.", DefaultValueFactory = _ => 1 };
        var skip = new Option<int>("--skip") { Description = "Leave out this many pictures at the start." };
        var take = new Option<int>("--take") { Description = "Then take at most so many.", DefaultValueFactory = _ => int.MaxValue };
        var save = new Option<DirectoryInfo?>("--save") { Description = "Write the pictures there too, into the folders 0 to 9." };
        var worst = new Option<int>("--worst") { Description = "Name so many of the wrongly read pictures, the surest first.", DefaultValueFactory = _ => 10 };
        var set = new Argument<string>("SET") { Description = "A folder with the folders 0 to 9, or an idx file of images with its labels' file beside it." };
        var command = new Command("accuracy", "Recognise a labelled set of pictures.") { profile, invert, scans, seed, skip, take, save, worst, set };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using ServiceProvider services = LocalServices.ForPictures();
            IDigitPredictor predictor = services.GetRequiredService<IDigitPredictor>();
            IdxPicture look = parsed.GetValue(scans) ? IdxPictures.Scan(parsed.GetValue(seed)) : parsed.GetValue(invert) ? IdxPictures.Inverted : IdxPictures.AsItIs;
            List<LabelledPicture> pictures =
                [.. LabelledPictures.Find(parsed.GetRequiredValue(set), look).Skip(parsed.GetValue(skip)).Take(parsed.GetValue(take))];
            if (parsed.GetValue(save) is { } folder)
            {
                LabelledPictures.Save(pictures, folder);
            }

            ImagingProfile chosen = parsed.GetValue(profile);
            List<Recognition> beside = [], seen = [];
            foreach (LabelledPicture[] batch in pictures.Chunk(BatchSize))
            {
                byte[][] files = new byte[batch.Length][];
                Parallel.For(0, batch.Length, i => files[i] = batch[i].Read());
                beside.AddRange(await RecogniseAsync(batch, files, Other(chosen), predictor, cancellationToken));
                seen.AddRange(await RecogniseAsync(batch, files, chosen, predictor, cancellationToken));
            }

            Print(seen, parsed.GetValue(worst));
            Console.WriteLine($"beside it, {Other(chosen)}: {Figures(beside)}");
            Console.WriteLine(Figures(seen));
            return 0;
        });
        return command;
    }

    private static ImagingProfile Other(ImagingProfile profile) =>
        profile == ImagingProfile.Robust ? ImagingProfile.KServeSample : ImagingProfile.Robust;

    private static async Task<IEnumerable<Recognition>> RecogniseAsync(
        LabelledPicture[] batch, byte[][] files, ImagingProfile profile, IDigitPredictor predictor, CancellationToken cancellationToken)
    {
        var options = new ImagingOptions { Profile = profile };
        float[] tensors = new float[batch.Length * ImageTransform.TensorLength];
        bool[] readable = new bool[batch.Length];
        Parallel.For(0, batch.Length, i =>
        {
            try
            {
                ImageTransform.Transform(files[i], options, tensors.AsSpan(i * ImageTransform.TensorLength, ImageTransform.TensorLength));
                readable[i] = true;
            }
            catch (UnreadablePictureException)
            {
                // Counted as not recognised.
            }
        });
        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(tensors, cancellationToken);
        return batch.Select((picture, i) =>
            new Recognition(picture, readable[i] ? predictions[i].Digit : Unreadable, readable[i] ? predictions[i].Confidence : 1));
    }

    private static void Print(List<Recognition> seen, int worst)
    {
        int[,] confusion = new int[10, 11];
        seen.ForEach(each => confusion[each.Picture.Digit, each.Said]++);
        Console.WriteLine("is \\ said" + string.Concat(Enumerable.Range(0, 10).Select(digit => $"{digit,6}")) + "  unreadable");
        for (int digit = 0; digit < 10; digit++)
        {
            int row = digit;
            Console.WriteLine($"{digit,9}" + string.Concat(Enumerable.Range(0, 10).Select(said => $"{confusion[row, said],6}")) + $"{confusion[digit, Unreadable],12}");
        }

        foreach (Recognition wrong in seen.Where(each => !each.IsRight).OrderByDescending(each => each.Confidence).Take(worst))
        {
            string taken = wrong.Said == Unreadable
                ? "unreadable" : string.Create(CultureInfo.InvariantCulture, $"taken for {wrong.Said} with {wrong.Confidence:0.0000}");
            Console.WriteLine($"{wrong.Picture.Name} is {wrong.Picture.Digit}, {taken}");
        }
    }

    private static string Figures(List<Recognition> seen) => string.Create(
        CultureInfo.InvariantCulture, $"accuracy={(double)seen.Count(each => each.IsRight) / seen.Count:0.0000} n={seen.Count}");

    /// <param name="Picture">What was to be recognised.</param>
    /// <param name="Said">0 to 9, or <see cref="Unreadable"/>.</param>
    /// <param name="Confidence">0 to 1.</param>
    private sealed record Recognition(LabelledPicture Picture, int Said, float Confidence)
    {
        public bool IsRight => Said == Picture.Digit;
    }
}
