using System.Text.Json;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Events;

namespace DigitFunctions.Tests.Functions;

/// <summary>Samples that lie beside the checkout, where there are any, through the functions.</summary>
public sealed class SharedWireThroughTheFunctions(FunctionsFixture functions) : IClassFixture<FunctionsFixture>
{
    /// <summary>Requests, and what they are answered when pictures of their keys are there, with other eTags than the announced ones.</summary>
    private static readonly Dictionary<string, (int Status, string[] Outcomes)> Answers = new()
    {
        ["ce-http-batch"] = (200, ["mnist/0.png sorted", "mnist/7.png sorted", " skipped", "mnist/0.png superseded"]),
        ["ce-http-binary-knative-deadletter"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-binary-knative-kafkasource-legacy"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-binary-knative-kafkasource"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-binary-percent-encoded-attributes"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-binary-specversion-03"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-binary-unencoded-percent"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-structured-aws-s3-adapter"] = (200, ["mybucket/HappyFace.jpg missing"]),
        ["ce-http-structured-minimal-null-attr"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-structured-string-data"] = (200, ["mnist/0.png sorted"]),
        ["ce-http-structured-unknown-format"] = (415, [" rejected"]),
        ["ce-http-structured"] = (200, ["mnist/0.png sorted"]),
        ["http-plain-minio-webhook"] = (200, ["mnist/0.png sorted"]),
    };

    public static TheoryData<string> Requests => SharedWire.Files(name =>
        name.StartsWith("ce-http-", StringComparison.Ordinal) || name.StartsWith("http-plain-", StringComparison.Ordinal));

    public static TheoryData<string> Records => SharedWire.Files(name => name.StartsWith("kafka-record-", StringComparison.Ordinal));

    public static TheoryData<string> Bodies => SharedWire.Files(name => name.StartsWith("minio-", StringComparison.Ordinal)
        || name.StartsWith("aws-", StringComparison.Ordinal) || name.StartsWith("ceph-", StringComparison.Ordinal)
        || name is "degenerate-empty-records" or "degenerate-no-records-unknown-json");

    [SharedWireTheory]
    [MemberData(nameof(Requests))]
    public async Task A_request_is_answered_as_expected(string name)
    {
        (int status, string[] outcomes) = Answers[name];
        EventMessage message = SharedWire.Message(SharedWire.Read(name));
        await using FunctionServices app = await functions.ServicesAsync([("mnist", "0.png"), ("mnist", "7.png"), ("mybucket", "HappyFace.jpg")]);

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, message);

        Assert.Equal(status, answer.Status);
        Assert.Equal(outcomes, Described(answer));
    }

    [SharedWireTheory]
    [MemberData(nameof(Records))]
    public async Task A_record_is_filed(string name)
    {
        EventMessage message = SharedWire.Message(SharedWire.Read(name));
        await using FunctionServices app = await functions.ServicesAsync([("mnist", "0.png"), ("mybucket1", "myimage1.jpg")]);

        await app.TakeAsync(message);

        Assert.Equal([name == "kafka-record-ceph" ? "digit-5/myimage1.jpg" : "digit-5/0.png"], await app.FiledAsync());
    }

    [SharedWireTheory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_ends_as_expected_by_both_doors(string name)
    {
        JsonElement expected = SharedWire.Read("expected").GetProperty("files").GetProperty(name + ".json");
        JsonElement[] readings = expected.ValueKind == JsonValueKind.String ? [] : [.. expected.EnumerateArray()];
        (string, string)[] uploads = [.. readings.Select(reading => (reading.GetProperty("bucket").GetString()!, reading.GetProperty("key").GetString()!))];
        EventMessage body = new(File.ReadAllBytes(SharedWire.PathOf(name)), []);

        await using FunctionServices http = await functions.ServicesAsync(uploads);
        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(http.Services, body);
        await using FunctionServices kafka = await functions.ServicesAsync(uploads);
        await kafka.TakeAsync(body with { Origin = Some.Origin });

        bool isRejected = expected.ValueKind == JsonValueKind.String;
        string[] filed = [.. readings.Where(IsSorted).Select(reading => $"digit-5/{reading.GetProperty("key").GetString()}").Distinct()];
        Assert.Equal(isRejected ? 400 : 200, answer.Status);
        Assert.Equal(Math.Max(1, readings.Length), answer.Statuses.Count());
        Assert.Equal(filed, await http.FiledAsync());
        Assert.Equal(isRejected ? [DeadLetter.ObjectKeyOf(Some.Origin)] : filed, await kafka.FiledAsync());
    }

    [SharedWireFact]
    public async Task A_body_that_is_no_document_ends_as_its_name_says()
    {
        foreach (JsonElement sample in SharedWire.Read("degenerate-bodies").GetProperty("cases").EnumerateArray())
        {
            if (sample.GetProperty("body_base64").ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            bool isUpload = sample.GetProperty("name").GetString() is "utf-8 BOM + json" or "json string holding json";
            await using FunctionServices app = await functions.ServicesAsync([("mnist", "0.png")]);

            HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Some.Event(sample.GetProperty("body_base64").GetBytesFromBase64()));

            Assert.Equal(isUpload ? 200 : 400, answer.Status);
        }
    }

    [SharedWireFact]
    public async Task The_handshake_is_answered()
    {
        (string, string)[] headers =
            [.. SharedWire.Read("http-webhook-options-handshake").GetProperty("headers").EnumerateObject().Select(header => (header.Name, header.Value.GetString()!))];
        await using FunctionServices app = await functions.ServicesAsync([]);

        HttpCall answer = await HttpCall.SendAsync<WebhookHandshake>(app.Services, "OPTIONS", headers);

        Assert.Equal((200, "eventemitter.example.com", "*"), (answer.Status, answer.Headers["WebHook-Allowed-Origin"], answer.Headers["WebHook-Allowed-Rate"]));
    }

    // The buckets here have no versions, so that a version which an event names is none of theirs.
    private static bool IsSorted(JsonElement reading) => reading.GetProperty("reads_as").GetString() == "upload" && !reading.TryGetProperty("version", out _);

    private static IEnumerable<string> Described(HttpCall answer) => answer.Json.GetProperty("outcomes").EnumerateArray().Select(outcome =>
        (outcome.TryGetProperty("bucket", out JsonElement bucket) ? $"{bucket.GetString()}/{outcome.GetProperty("key").GetString()}" : "")
        + $" {outcome.GetProperty("status").GetString()}");
}
