using System.Text.Json;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Events;

namespace DigitFunctions.Tests.Functions;

/// <summary>The events of Data/events through the functions, each by the function that its file names.</summary>
public sealed class EverySampleThroughItsFunction(FunctionsFixture functions) : IClassFixture<FunctionsFixture>
{
    public static TheoryData<string> Http => [.. EventSample.Names.Where(name => EventSample.Load(name).Status is not null)];

    public static TheoryData<string> Kafka => [.. EventSample.Names.Where(name => EventSample.Load(name).Message.Origin is not null)];

    [Theory]
    [MemberData(nameof(Http))]
    public async Task By_HTTP_it_is_answered_with_the_status_and_outcomes_that_its_file_says(string name)
    {
        EventSample sample = EventSample.Load(name);
        await using FunctionServices app = await functions.ServicesAsync(Uploads(sample));

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, sample.Message);

        Assert.Equal(sample.Status, answer.Status);
        Assert.Equal(answer.Status == 200 ? "application/json" : "application/problem+json", answer.ContentType);
        Assert.Equal(sample.Expected.EnumerateArray().Select(Outcome), answer.Statuses);
        Assert.Equal(answer.Status != 200, answer.Headers.ContainsKey("Kne-Reason"));
        Assert.Equal(Filed(sample), await app.FiledAsync());
    }

    [Theory]
    [MemberData(nameof(Kafka))]
    public async Task By_Kafka_its_uploads_are_filed_and_what_cannot_be_read_is_kept(string name)
    {
        EventSample sample = EventSample.Load(name);
        await using FunctionServices app = await functions.ServicesAsync(Uploads(sample));

        await app.TakeAsync(sample.Message);

        bool isKept = sample.Expected.EnumerateArray().Any(expected => Outcome(expected) == "rejected");
        string[] expected = [.. Filed(sample), .. isKept ? [DeadLetter.ObjectKeyOf(sample.Message.Origin!)] : Array.Empty<string>()];
        Assert.Equal(expected.Order(StringComparer.Ordinal), await app.FiledAsync());
    }

    private static IEnumerable<(string Bucket, string Key)> Uploads(EventSample sample) => sample.Expected.EnumerateArray()
        .Where(expected => expected.GetProperty("kind").GetString() == "Upload")
        .Select(expected => (expected.GetProperty("bucket").GetString()!, expected.GetProperty("key").GetString()!));

    private static IEnumerable<string> Filed(EventSample sample) => sample.Expected.EnumerateArray()
        .Where(expected => Outcome(expected) == "sorted")
        .Select(expected => $"digit-5/{expected.GetProperty("key").GetString()}")
        .Distinct()
        .Order(StringComparer.Ordinal);

    // The buckets here have no versions, so that a version which an event names is none of theirs.
    private static string Outcome(JsonElement expected) => expected.GetProperty("kind").GetString() switch
    {
        "Upload" => expected.TryGetProperty("versionId", out JsonElement version) && version.ValueKind == JsonValueKind.String ? "missing" : "sorted",
        "Skipped" => "skipped",
        _ => "rejected",
    };
}
