using System.CommandLine;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits replay</c>: sends saved events to the HTTP function.</summary>
internal static class ReplayCommand
{
    private const string KeyVariable = "FUNCTIONS_KEY";
    private const string EventsPath = "/api/events";

    public static Command Create()
    {
        var url = new Option<string>("--url")
        {
            Description = $"The functions' address, such as http://127.0.0.1:7071 ({EventsPath} is added where it has no path).",
            Required = true,
            HelpName = "URL",
        };
        var key = new Option<string?>("--key")
        {
            Description = $"The function key, sent as x-functions-key. The environment variable {KeyVariable} keeps it out of the list of processes.",
        };
        var files = new Argument<string[]>("FILE")
        {
            Description = "Files of one JSON document or of JSON lines, folders of them (*.json, *.jsonl, *.ndjson, below too), or - for the standard input: "
                + "notifications, CloudEvents, dead letters of this application, of Kafka Connect or of Knative.",
            Arity = ArgumentArity.OneOrMore,
        };
        var command = new Command("replay", "Send saved events to the HTTP function, and print how many ended how. What is sorted already is not sorted again.") { url, key, files };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            Uri events = Parse(parsed.GetRequiredValue(url));
            IReadOnlyList<string> paths = ReplayFiles.Find(parsed.GetRequiredValue(files));
            using HttpClient client = CreateClient(parsed.GetValue(key) ?? Environment.GetEnvironmentVariable(KeyVariable));
            var replay = new Replay(client, events, Console.OpenStandardInput, Console.Error);
            bool isGood = await replay.RunAsync(paths, cancellationToken);
            foreach ((string outcome, int count) in replay.Tally)
            {
                Console.WriteLine($"{outcome} {count}");
            }

            return isGood ? 0 : 1;
        });
        return command;
    }

    /// <summary>The address that events are posted to.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    internal static Uri Parse(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) || parsed.Scheme is not ("http" or "https"))
        {
            throw new UsageException($"--url must be an http or https address, such as http://127.0.0.1:7071; it is '{url}'.");
        }

        return parsed.AbsolutePath == "/" ? new UriBuilder(parsed) { Path = EventsPath }.Uri : parsed;
    }

    /// <summary>A client that sends the key and follows no redirection, which would turn a POST into a GET.</summary>
    /// <exception cref="UsageException">The key cannot be sent.</exception>
    internal static HttpClient CreateClient(string? key)
    {
        // Longer than Azure lets a request take: its own limit ends a request that hangs.
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromMinutes(5) };
        if (string.IsNullOrEmpty(key))
        {
            return client;
        }

        if (key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            client.Dispose();
            throw new UsageException("The function key must be visible ASCII characters.");
        }

        client.DefaultRequestHeaders.Add("x-functions-key", key);
        return client;
    }
}
