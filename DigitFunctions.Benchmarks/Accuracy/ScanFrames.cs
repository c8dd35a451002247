using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using DigitFunctions.Core.Images;
using DigitFunctions.Tests.Images;

namespace DigitFunctions.Benchmarks.Accuracy;

/// <summary><c>bench scan-frames</c>: what <see cref="ImagingProfile.Robust"/> makes of scans of an idx file's pictures, as another idx file: what the model sees, to be trained on.</summary>
internal static class ScanFrames
{
    // The profile works on a smaller picture of larger ones, so that those show the model nothing else.
    private const int MostSide = 400;

    public static Command Create()
    {
        var seed = new Option<int>("--seed") { Description = "Decides how the scans look.", DefaultValueFactory = _ => 1 };
        var copies = new Option<int>("--copies") { Description = "Scans of each picture.", DefaultValueFactory = _ => 1 };
        var set = new Argument<string>("SET") { Description = "An idx file of images with its labels' file beside it." };
        var output = new Argument<FileInfo>("OUTPUT") { Description = "The idx file to write: all pictures once, then all once more, and so on; black where nothing can be read." };
        var command = new Command("scan-frames", "Write the frames that Robust makes of scans, to train on.") { seed, copies, set, output };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(set);
            List<byte[]> frames = [];
            int unreadable = 0;
            for (int copy = 0; copy < parsed.GetValue(copies); copy++)
            {
                IReadOnlyList<LabelledPicture> pictures = LabelledPictures.Find(path, IdxPictures.Scan(parsed.GetValue(seed) + copy, MostSide));
                byte[][] made = new byte[pictures.Count][];
                Parallel.For(0, made.Length, i => made[i] = Frame(pictures[i].Read()));
                unreadable += made.Count(frame => !frame.AsSpan().ContainsAnyExcept((byte)0));
                frames.AddRange(made);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"copy {copy + 1}: {made.Length} frames"));
            }

            Write(parsed.GetRequiredValue(output), frames);
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

    private static void Write(FileInfo output, List<byte[]> frames)
    {
        using FileStream file = output.Create();
        Span<byte> header = stackalloc byte[16];
        foreach ((int place, int value) in (ReadOnlySpan<(int, int)>)[(0, LabelledPictures.ImagesMagic), (4, frames.Count), (8, ImageTransform.Side), (12, ImageTransform.Side)])
        {
            BinaryPrimitives.WriteInt32BigEndian(header[place..], value);
        }

        file.Write(header);
        frames.ForEach(frame => file.Write(frame));
    }
}
