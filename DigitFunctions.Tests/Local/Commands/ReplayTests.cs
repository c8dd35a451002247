using System.Text;
using DigitFunctions.Core.Events;
using DigitFunctions.Local.Commands;
using DigitFunctions.Tests.Prediction;

namespace DigitFunctions.Tests.Local.Commands;

/// <summary>What <c>digits replay</c> sends, counts and reports, against a server that answers as it is told.</summary>
public sealed class ReplayTests
{
    private const string Sorted = """{"outcomes":[{"status":"sorted"}]}""";

    [Theory]
    [InlineData("""{"Records":[]}""", "application/json")]
    [InlineData("""{"id":{"a":[1]},"specversion":"1.0"}""", "application/cloudevents+json")]
    [InlineData("""[{"specversion":"1.0"}]""", "application/cloudevents-batch+json")]
    [InlineData("""[{"Records":[]}]""", "application/json")]
    [InlineData("no json", "application/json")]
    [InlineData("", "application/json")]
    public async Task A_document_is_sent_as_it_is_with_its_content_type(string document, string contentType)
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json(Sorted));

        await RunAsync(server.Url, document);

        PredictorServer.Call call = Assert.Single(server.Calls);
        Assert.Equal(("POST", "/api/events", contentType, document), (call.Method, call.Path, call.ContentType, call.Body));
    }

    [Fact]
    public async Task Outcomes_are_counted_and_faults_are_told_with_their_place_and_reason()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(
            PredictorServer.Json("""{"outcomes":[{"status":"sorted"},{"status":"already-sorted"}]}"""),
            PredictorServer.Json("""{"detail":"It is\nbroken.","outcomes":[{"status":"rejected"},{"status":"sorted"}]}""", 400),
            PredictorServer.Json("""{"detail":"Later.","outcomes":[{"status":"sorted"}]}""", 503),
            PredictorServer.Reply("too large", 413, "text/plain"),
            PredictorServer.Reply("", 202, "text/plain"));

        (bool isGood, string[] tally, string log) = await RunAsync(server.Url, "{}\n{}\n{}\n{}\n{}");

        Assert.False(isGood);
        Assert.Equal(["sorted 3", "already-sorted 1", "rejected 2", "unfinished 1", "accepted 1"], tally);
        Assert.Contains("#2: 400 It isbroken.", log, StringComparison.Ordinal);
        Assert.Contains("#3: 503 Later.", log, StringComparison.Ordinal);
        Assert.Contains("#4: 413 without a reason", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_is_told_when_there_are_many()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json(Sorted));

        (bool isGood, string[] tally, string log) = await RunAsync(server.Url, string.Join('\n', Enumerable.Repeat("{}", 250)));

        Assert.True(isGood);
        Assert.Equal(["sorted 250"], tally);
        Assert.Equal(["100 events sent; file 1 of 1", "200 events sent; file 1 of 1"], log.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task A_server_that_takes_no_events_ends_the_replay(int status)
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json(Sorted), PredictorServer.Reply("", status, "text/plain"));

        (bool isGood, string[] tally, string log) = await RunAsync(server.Url, "{}\n{}\n{}");

        Assert.False(isGood);
        Assert.Equal(["sorted 1"], tally);
        Assert.Equal(2, server.Calls.Count);
        Assert.Contains($"answered {status}", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_the_replay()
    {
        (bool isGood, string[] tally, string log) = await RunAsync(PredictorServer.NobodysUrl(), "{}\n{}");

        Assert.False(isGood);
        Assert.Empty(tally);
        Assert.Contains("cannot be reached", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_letter_that_is_too_large_is_sent_as_the_record_in_it()
    {
        string value = Events.Some.CloudEvent("{}") + new string(' ', 900_000);
        EventHeader[] headers =
        [
            Header("ce_id", "old"), Header("CE_ID", "a \"b\" 100% é"), Header("content-type", "application/json"), Header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
            new EventHeader("ce_bytes", new byte[] { 0xff, 0x0a }), Header("__connect.errors.topic", "x y"),
        ];
        byte[] letter = new DeadLetter(new EventMessage(Encoding.UTF8.GetBytes(value), headers) { Origin = Events.Some.Origin }, "x", default).Write();
        Assert.True(letter.Length > EventLimits.MaxBodyBytes);

        using HttpRequestMessage request = ReplayRequest.Create(new Uri("http://127.0.0.1/"), letter);

        Assert.Equal(value, await request.Content!.ReadAsStringAsync());
        Assert.Equal("application/json", request.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["ce-id"] = "a%20%22b%22%20100%25%20%C3%A9",
                ["ce-bytes"] = "%EF%BF%BD",
                ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            },
            request.Headers.ToDictionary(header => header.Key, header => header.Value.Single()));
    }

    [Fact]
    public void The_address_may_leave_out_the_path()
    {
        Assert.Equal("http://127.0.0.1:7071/api/events", ReplayCommand.Parse("http://127.0.0.1:7071").ToString());
        Assert.Equal("https://x/base/api/events?code=1", ReplayCommand.Parse("https://x/base/api/events?code=1").ToString());
        Assert.Throws<UsageException>(() => ReplayCommand.Parse("127.0.0.1:7071"));
        Assert.Throws<UsageException>(() => ReplayCommand.Parse("ftp://x/"));
    }

    [Fact]
    public void The_key_goes_along_as_a_header_and_must_be_sendable()
    {
        using HttpClient client = ReplayCommand.CreateClient("abc==");

        Assert.Equal("abc==", client.DefaultRequestHeaders.GetValues("x-functions-key").Single());
        Assert.Throws<UsageException>(() => ReplayCommand.CreateClient("a\nb"));
    }

    [Fact]
    public async Task The_command_prints_the_summary_alone_and_its_exit_code_says_whether_all_went_well()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(
            PredictorServer.Json(Sorted), PredictorServer.Json("""{"detail":"No picture.","outcomes":[{"status":"unreadable"}]}""", 422));
        string file = Path.Combine(Directory.CreateTempSubdirectory("digits-replay-").FullName, "0.json");
        await File.WriteAllTextAsync(file, "{}");

        (int, string, string) good = await DigitsProcess.RunAsync("replay", "--url", server.Url, "--key", "secret", file);
        (int, string, string) bad = await DigitsProcess.RunAsync("replay", "--url", server.Url, file);

        Assert.Equal((0, "sorted 1\n", ""), good);
        Assert.Equal((1, "unreadable 1\n", $"{file}: 422 No picture.\n"), bad);
    }

    [Theory]
    [InlineData("--url", "replay", "x.json")]
    [InlineData("no-such.json", "replay", "--url", "http://127.0.0.1:1", "no-such.json")]
    [InlineData("http or https", "replay", "--url", "127.0.0.1", "-")]
    [InlineData("argument missing", "replay", "--url", "http://127.0.0.1:1")]
    public async Task Wrong_usage_is_told_with_exit_code_2(string named, params string[] arguments)
    {
        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    private static EventHeader Header(string name, string value) => Events.EventSample.Header(name, value);

    private static async Task<(bool IsGood, string[] Tally, string Log)> RunAsync(string url, string input)
    {
        using HttpClient client = ReplayCommand.CreateClient(null);
        using StringWriter log = new() { NewLine = "\n" };
        Replay replay = new(client, ReplayCommand.Parse(url), () => new MemoryStream(Encoding.UTF8.GetBytes(input)), log);
        bool isGood = await replay.RunAsync([ReplayFiles.StandardInput], CancellationToken.None);
        return (isGood, [.. replay.Tally.Select(end => $"{end.Outcome} {end.Count}")], log.ToString());
    }
}
