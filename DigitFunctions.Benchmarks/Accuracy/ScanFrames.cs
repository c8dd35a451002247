using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using DigitFunctions.Core.Images;
using DigitFunctions.Tests.Images;

namespace DigitFunctions.Benchmarks.Accuracy;

/// <summary><c>bench scan-frames</c>: what <see cref="ImagingProfile.Robust"/> makes of scans of an idx file's pictures, or of the pictures of labelled folders, as another idx file: what the model sees, to be trained on.</summary>
internal static class ScanFrames
{
    // The profile works on a smaller picture of larger ones, so that those show the model nothing else.
    private const int MostSide = 400;

    public static Command Create()
    {
        var seed = new Option<int>("--seed") { Description = "Decides how the scans look.", DefaultValueFactory = _ => 1 };
        var copies = new Option<int>("--copies") { Description = "Scans of each picture.", DefaultValueFactory = _ => 1 };
        var set = new Argument<string>("SET") { Description = "An idx file of images with its labels' file beside it; or a folder with the folders 0 to 9 and none, whose pictures are framed as they are." };
        var outputFile = new Argument<FileInfo>("OUTPUT") { Description = "The idx file to write: all pictures once, then all once more, and so on; black where nothing can be read. For a folder, a labels' file is written beside it, with 10 for none." };
        var command = new Command("scan-frames", "Write the frames that Robust makes of scans, or of labelled pictures, to train on.") { seed, copies, set, outputFile };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(set);
            string output = parsed.GetRequiredValue(outputFile).FullName;
            // The labels of an idx file are there already; those of folders are written last.
            string? labelsOutput = Directory.Exists(path) ? LabelledPictures.LabelsBeside(output) : null;
            List<byte[]> frames = [];
            List<byte> labels = [];
            int unreadable = 0;
            for (int copy = 0; copy < parsed.GetValue(copies); copy++)
            {
                IReadOnlyList<LabelledPicture> pictures = LabelledPictures.Find(path, IdxPictures.Scan(parsed.GetValue(seed) + copy, MostSide));
                byte[][] made = new byte[pictures.Count][];
                Parallel.For(0, made.Length, i => made[i] = Frame(pictures[i].Read()));
                unreadable += made.Count(frame => !frame.AsSpan().ContainsAnyExcept((byte)0));
                frames.AddRange(made);
                labels.AddRange(pictures.Select(picture => (byte)picture.Digit));
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"copy {copy + 1}: {made.Length} frames"));
            }

            Write(output, frames, [LabelledPictures.ImagesMagic, frames.Count, ImageTransform.Side, ImageTransform.Side]);
            if (labelsOutput is not null)
            {
                Write(labelsOutput, [[.. labels]], [LabelledPictures.LabelsMagic, labels.Count]);
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"frames={frames.Count} unreadable={unreadable}"));
            return 0;
        });
        return command;
    }

    private static byte[] Frame(byte[] file)
    {
        float[] tensor = new float[ImageTransform.TensorLength];
        try
        {
            ImageTransform.Transform(file, new ImagingOptions(), tensor);
        }
        catch (UnreadablePictureException)
        {
            Array.Clear(tensor);
        }

        return Some.Pixels(tensor);
    }

    private static void Write(string output, IEnumerable<byte[]> parts, ReadOnlySpan<int> header)
    {
        using FileStream file = File.Create(output);
        Span<byte> number = stackalloc byte[sizeof(int)];
        foreach (int value in header)
        {
            BinaryPrimitives.WriteInt32BigEndian(number, value);
            file.Write(number);
        }

        foreach (byte[] part in parts)
        {
            file.Write(part);
        }
    }
}
