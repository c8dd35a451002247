using System.CommandLine;
using System.Text.Json;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits transform</c>: pictures as the model reads them, as the body of a KServe request.</summary>
internal static class TransformCommand
{
    public static Command Create()
    {
        Option<ImagingProfile> profile = ImagingArguments.Profile();
        Argument<string[]> paths = ImagingArguments.Paths("IMAGE", "Picture files, or folders of them.");
        var command = new Command(
            "transform", "Print the tensors of pictures as {\"instances\":[[784 numbers],…]}, one row a picture: a body for the predictor.")
        {
            profile,
            paths,
        };
        command.SetAction((parsed, cancellationToken) =>
            RunAsync(PictureFiles.Find(parsed.GetRequiredValue(paths)), new ImagingOptions { Profile = parsed.GetValue(profile) }, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(IReadOnlyList<string> files, ImagingOptions options, CancellationToken cancellationToken)
    {
        int failed = 0;
        await using Stream output = Console.OpenStandardOutput();
        await using var json = new Utf8JsonWriter(output);
        float[] tensor = new float[ImageTransform.TensorLength];
        json.WriteStartObject();
        json.WriteStartArray("instances");
        foreach (string file in files)
        {
            try
            {
                ImageTransform.Transform(await File.ReadAllBytesAsync(file, cancellationToken), options, tensor);
            }
            catch (UnreadablePictureException e)
            {
                await Console.Error.WriteLineAsync($"{file}: {e.Message}");
                failed = 1;
                continue;
            }

            json.WriteStartArray();
            foreach (float value in tensor)
            {
                json.WriteNumberValue(value);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await output.WriteAsync("\n"u8.ToArray(), cancellationToken);
        return failed;
    }
}
