using System.CommandLine;
using System.Globalization;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local;
using DigitFunctions.Local.Commands;

namespace DigitFunctions.Benchmarks.Accuracy;

/// <summary><c>bench accuracy</c>: how many pictures of a labelled set are recognised, which are taken for which, and the worst cases.</summary>
internal static class AccuracyBench
{
    private const int BatchSize = 64;
    private const int Review = 10;
    private const int Unreadable = 11;

    // From this confidence on a prediction is taken for sure.
    private const float Sure = 0.9f;

    private static readonly SortingOptions Sorting = new();

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
        var csv = new Option<FileInfo?>("--csv") { Description = "Write file,is,said,confidence there as well; said is a digit, review or unreadable." };
        var set = new Argument<string>("SET") { Description = "A folder with the folders 0 to 9 and none (no single digit), or an idx file of images with its labels' file beside it." };
        var command = new Command("accuracy", "Recognise a labelled set of pictures.") { profile, invert, scans, seed, skip, take, save, worst, csv, set };
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

            if (parsed.GetValue(csv) is { } file)
            {
                await File.WriteAllLinesAsync(file.FullName, ["file,is,said,confidence", .. seen.Select(Row)], cancellationToken);
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
        var seen = new TransformedPicture[batch.Length];
        Parallel.For(0, batch.Length, i =>
        {
            try
            {
                seen[i] = ImageTransform.Transform(files[i], options, tensors.AsSpan(i * ImageTransform.TensorLength, ImageTransform.TensorLength));
                readable[i] = true;
            }
            catch (UnreadablePictureException)
            {
                // Counted as not recognised.
            }
        });
        IReadOnlyList<DigitPrediction> predictions = await DoubtfulPictures.PredictAsync(
            predictor, tensors, [.. seen.Select(each => each.OtherReading)], cancellationToken);
        return batch.Select((picture, i) => !readable[i] ? new Recognition(picture, Unreadable, 1)
            : new Recognition(picture, ReviewReason.Find(seen[i], predictions[i], Sorting) is null ? predictions[i].Digit : Review, predictions[i].Confidence));
    }

    private static string Row(Recognition each) => string.Create(
        CultureInfo.InvariantCulture, $"\"{each.Picture.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\",{NameOf(each.Picture.Digit)},{SaidBy(each)},{each.Confidence:0.0000}");

    private static string NameOf(int digit) => digit == LabelledPictures.None ? "none" : digit.ToString(CultureInfo.InvariantCulture);

    private static string SaidBy(Recognition each) => each.Said switch { Review => "review", Unreadable => "unreadable", _ => NameOf(each.Said) };

    private static void Print(List<Recognition> seen, int worst)
    {
        int[,] confusion = new int[LabelledPictures.None + 1, Unreadable + 1];
        seen.ForEach(each => confusion[each.Picture.Digit, each.Said]++);
        Console.WriteLine("is \\ said" + string.Concat(Enumerable.Range(0, 10).Select(digit => $"{digit,6}")) + "  review  unreadable");
        for (int digit = 0; digit <= LabelledPictures.None; digit++)
        {
            int row = digit;
            Console.WriteLine($"{NameOf(digit),9}" + string.Concat(Enumerable.Range(0, 10).Select(said => $"{confusion[row, said],6}")) + $"{confusion[digit, Review],8}{confusion[digit, Unreadable],12}");
        }

        foreach (Recognition wrong in seen.Where(each => !each.IsRight).OrderByDescending(each => each.Confidence).Take(worst))
        {
            string taken = wrong.Said == Unreadable ? "unreadable" : wrong.Said == Review ? "set aside for review" : string.Create(CultureInfo.InvariantCulture, $"taken for {wrong.Said} with {wrong.Confidence:0.0000}");
            Console.WriteLine($"{wrong.Picture.Name} is {NameOf(wrong.Picture.Digit)}, {taken}");
        }
    }

    /// <summary>Of the digits which part is filed right, and which is not filed; of the sure ones which part is right; of the others which part is filed surely.</summary>
    private static string Figures(List<Recognition> seen)
    {
        List<Recognition> digits = seen.FindAll(each => each.Picture.Digit != LabelledPictures.None);
        List<Recognition> none = seen.FindAll(each => each.Picture.Digit == LabelledPictures.None);
        List<Recognition> sure = digits.FindAll(each => each.IsFiled && each.Confidence >= Sure);
        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"accuracy={Part(digits, each => each.IsRight)} n={digits.Count} rejected={Part(digits, each => !each.IsFiled)} sure_right={Part(sure, each => each.IsRight)} sure={sure.Count}");
        return none.Count == 0 ? figures : figures + $" none_filed={Part(none, each => each.IsFiled && each.Confidence >= Sure)} none={none.Count}";
    }

    private static string Part(List<Recognition> all, Func<Recognition, bool> counts) =>
        (all.Count == 0 ? 0 : (double)all.Count(counts) / all.Count).ToString("0.0000", CultureInfo.InvariantCulture);

    /// <param name="Picture">What was to be recognised.</param>
    /// <param name="Said">0 to 9, <see cref="Review"/> or <see cref="Unreadable"/>.</param>
    /// <param name="Confidence">0 to 1.</param>
    private sealed record Recognition(LabelledPicture Picture, int Said, float Confidence)
    {
        public bool IsFiled => Said < Review;

        // No picture of the set is filed right that shows no digit; one that is not filed is.
        public bool IsRight => Picture.Digit == LabelledPictures.None ? !IsFiled : Said == Picture.Digit;
    }
}
