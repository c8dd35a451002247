using System.CommandLine;
using Amazon.S3;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits run</c>: the local stack and the functions, with some pictures to begin with.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var arguments = new StackArguments();
        Option<int> httpPort = HttpPort();
        var once = new Option<bool>("--once") { Description = "End when the images are sorted; the exit code is 0 only if all were." };
        var dashboard = new Option<DirectoryInfo>("--dashboard") { Description = "Show traces, metrics and logs in the Aspire dashboard that lies in this folder; ./dev run --dashboard knows the folder." };
        Option<int> dashboardPort = StackArguments.Port(AspireDashboard.PortOption, "the dashboard", AspireDashboard.DefaultPort);
        var images = new Argument<string[]>("IMAGE") { Description = "Picture files, or folders of them, to upload.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("run", "Run the local stack and the functions, upload the images, and say where each ends.") { once, httpPort, dashboard, dashboardPort, images };
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IReadOnlyList<string> files = PictureFiles.Find(parsed.GetValue(images) ?? []);
            IReadOnlyDictionary<string, string> uploads = PictureUploads.Name(files);
            await using ServiceProvider services = LocalServices.ForPictures();
            await using LocalStack stack = await arguments.StartAsync(
                parsed, services.GetRequiredService<IDigitPredictor>(), services.GetRequiredService<ILoggerFactory>(), cancellationToken);
            using IAmazonS3 s3 = LocalServices.ClientOf(stack);
            Dictionary<string, string> settings = LocalServices.SettingsFor(stack);
            await using AspireDashboard? watching = await WatchAsync(parsed.GetValue(dashboard), parsed.GetValue(dashboardPort), settings, cancellationToken);
            await using LocalFunctions functions = await LocalFunctions.StartAsync(
                settings,
                new FunctionsHostOptions { HttpPort = parsed.GetValue(httpPort), HomePath = LocalFunctions.HomePath },
                LocalServices.ToStandardError(LogLevel.Warning),
                cancellationToken);
            bool stays = !parsed.GetValue(once);
            string[] others = watching is null ? [] : [$"dashboard {watching.Url.GetLeftPart(UriPartial.Authority)}"];
            foreach (string endpoint in stays ? [.. stack.Endpoints, $"http {functions.HttpUrl}", $"page {functions.HttpUrl}{LocalFunctions.HomePath}", .. others] : Array.Empty<string>())
            {
                Console.WriteLine(endpoint);
            }

            bool allSorted = await PictureUploads.SortAsync(stack, s3, uploads, Console.Out, cancellationToken);
            if (stays)
            {
                await Console.Error.WriteLineAsync(Next(functions.HttpUrl, stack.S3.Url));
                await Stopped.WaitAsync(cancellationToken);
            }

            return stays || allSorted ? 0 : 1;
        });
        return command;
    }

    /// <summary>What a newcomer does next. It goes to stderr: it is no result.</summary>
    private static string Next(string httpUrl, Uri s3)
    {
        var defaults = new LocalStackOptions();
        return $"""

            Look at what was sorted:  {httpUrl}/
            Upload your own picture:  any S3 client, {s3.GetLeftPart(UriPartial.Authority)}, bucket {defaults.SourceBucket}, user {defaults.User}, password {defaults.Password}, region us-east-1
            Stop:                     Ctrl-C; nothing is kept
            """;
    }

    /// <summary>Starts the dashboard, where it is wanted, and has the functions send there.</summary>
    private static async Task<AspireDashboard?> WatchAsync(DirectoryInfo? folder, int port, Dictionary<string, string> settings, CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            return null;
        }

        AspireDashboard dashboard = await AspireDashboard.StartAsync(folder.FullName, port, cancellationToken);
        foreach ((string name, string value) in dashboard.Settings)
        {
            settings[name] = value;
        }

        return dashboard;
    }

    /// <summary>The option for the port of the HTTP functions.</summary>
    public static Option<int> HttpPort() => StackArguments.Port("--http-port", "the HTTP functions", new FunctionsHostOptions().HttpPort);
}
