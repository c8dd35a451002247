using System.CommandLine;
using DigitFunctions.Core.Page;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits export</c>: writes filed pictures into a folder by their labels, and compares what the model said with what people decided.</summary>
internal static class ExportCommand
{
    /// <summary>Pictures between two lines that tell of the progress.</summary>
    private const int Many = 1000;

    public static Command Create()
    {
        var reviewed = new Option<bool>("--reviewed") { Description = "Only pictures about which a person decided." };
        var bucket = new Option<string?>("--bucket") { Description = "The bucket; without it that of the settings (Sorting__TargetBucket, else digits).", HelpName = "bucket" };
        var output = new Argument<string>("OUT") { Description = "The folder to write: new, empty, or one of an earlier export, which is replaced." };
        var command = new Command("export", "Write filed pictures into the folders 0 to 9 and none, to measure with and to train on, and print how the model did on those that people decided.")
        {
            reviewed,
            bucket,
            output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var folder = new ExportFolder(Path.GetFullPath(parsed.GetRequiredValue(output)));
            folder.Check();
            await using ServiceProvider services = LocalServices.ForExport(parsed.GetValue(bucket));
            return await RunAsync(services.GetRequiredService<PictureExport>(), parsed.GetValue(reviewed), folder, Console.Out, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(PictureExport export, bool reviewedOnly, ExportFolder folder, TextWriter output, CancellationToken cancellationToken)
    {
        // An earlier export stays where the server is not reached.
        await export.CheckAsync(cancellationToken);
        folder.Clear();
        var report = new ReviewReport();
        int written = 0;
        int failed = 0;
        await export.ReadAsync(reviewedOnly, TakeAsync, cancellationToken);

        var table = new Table();
        table.Add("pictures exported", "exported", written);
        table.Add("not exported, see above", "failed", failed);
        report.AddTo(table);
        table.Write(output);
        return failed == 0 ? 0 : 1;

        async Task TakeAsync(ExportedPicture picture, CancellationToken ct)
        {
            if (picture.Fault is { } fault)
            {
                Interlocked.Increment(ref failed);
                await Console.Error.WriteLineAsync($"{Printable.Of(picture.Key)} is left out: {Printable.Of(fault)}");
                return;
            }

            await folder.WriteAsync(picture, ct);
            report.Add(picture);
            if (Interlocked.Increment(ref written) % Many == 0)
            {
                await Console.Error.WriteLineAsync($"{written} pictures exported");
            }
        }
    }
}
