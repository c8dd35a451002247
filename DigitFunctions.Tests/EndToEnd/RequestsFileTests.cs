using System.Text;
using System.Text.RegularExpressions;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>DigitFunctions/requests.http against the local host: each request is answered with the status that stands behind its title.</summary>
public sealed partial class RequestsFileTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "requests.http")).ReplaceLineEndings("\n");

    [Fact]
    public async Task Every_request_is_answered_as_its_title_says()
    {
        Dictionary<string, string> variables = Variable().Matches(Text).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local, ("Sorting:SourceBuckets:0", variables["bucket"]));
        await app.Storage.S3.PutBucketAsync(variables["bucket"]);
        await app.Storage.S3.PutObjectAsync(new()
        {
            BucketName = variables["bucket"],
            Key = variables["picture"],
            FilePath = Path.Combine(AppContext.BaseDirectory, "samples", variables["picture"]),
        });
        variables["host"] = app.HttpUrl;
        string[] requests = Text.Split("\n### ")[1..];
        Assert.True(requests.Length > 15);

        List<string> answers = [];
        using var client = new HttpClient();
        foreach (string request in requests)
        {
            string title = request.Split('\n')[0];
            using HttpRequestMessage message = Parse(variables.Aggregate(request, (text, variable) => text.Replace($"{{{{{variable.Key}}}}}", variable.Value, StringComparison.Ordinal)));
            using HttpResponseMessage response = await client.SendAsync(message);
            answers.Add(await response.Content.ReadAsStringAsync());
            Assert.True(title.EndsWith($"({(int)response.StatusCode})", StringComparison.Ordinal), $"{title}: {(int)response.StatusCode} {answers[^1]}");
        }

        Assert.Contains("\"sorted\"", answers[0], StringComparison.Ordinal);
        Assert.All(answers[1..8], answer => Assert.Contains("\"already-sorted\"", answer, StringComparison.Ordinal));
    }

    private static HttpRequestMessage Parse(string request)
    {
        string[] parts = request.Split("\n\n", 2);
        string[] head = parts[0].Split('\n')[1..];
        string[] line = head[0].Split(' ');
        var message = new HttpRequestMessage(new HttpMethod(line[0]), line[1]);
        if (parts.Length == 2 && parts[1].Trim() is { Length: > 0 } body)
        {
            message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        foreach (string header in head[1..].Where(header => header.Length > 0))
        {
            string name = header[..header.IndexOf(':', StringComparison.Ordinal)];
            string value = header[(name.Length + 1)..].Trim();
            if (!message.Headers.TryAddWithoutValidation(name, value))
            {
                message.Content!.Headers.Add(name, value);
            }
        }

        return message;
    }

    [GeneratedRegex("^@([a-z]+) = (.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();
}
