using System.Text.Json;
using DigitFunctions.Core.Events;
using DigitFunctions.Tests.Events;

namespace DigitFunctions.Tests.Functions;

/// <summary>A KafkaSource that was set up for KServe's sample gets the answers that it knows.</summary>
public sealed class PredictFromEventTests(FunctionsFixture functions) : IClassFixture<FunctionsFixture>
{
    private const string Answer = """{"predictions":[{"predictions":[0,0,0,0,0,1,0,0,0,0],"classes":5}]}""";

    [Fact]
    public async Task What_KafkaSource_posts_is_answered_as_the_InferenceService_did()
    {
        EventMessage posted = EventSample.Load("http-cloudevent-kafkasource").Message;
        Assert.Null(posted.ContentType);
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "red/seven 1.png")]);

        HttpCall answer = await HttpCall.PostAsync<PredictFromEvent>(app.Services, posted, "mnist");

        Assert.Equal((200, "application/json", Answer), (answer.Status, answer.ContentType, answer.Json.GetRawText()));
        Assert.Equal(
            ("1.0", "io.kserve.inference.response", "io.kserve.inference.mnist"),
            (answer.Headers["ce-specversion"], answer.Headers["ce-type"], answer.Headers["ce-source"]));
        Assert.True(Guid.TryParse(answer.Headers["ce-id"], out _));
        Assert.True(DateTimeOffset.TryParse(answer.Headers["ce-time"], out _));
        Assert.Equal(["digit-5/red/seven 1.png"], await app.FiledAsync());
    }

    [Fact]
    public async Task A_structured_CloudEvent_is_answered_by_one()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "7.png")]);

        HttpCall answer = await HttpCall.PostAsync<PredictFromEvent>(
            app.Services, Some.Event(Some.CloudEvent(Some.Notification(Some.Record("7.png"))), ("content-type", "application/cloudevents+json")), "mnist");

        Assert.Equal((200, "application/cloudevents+json"), (answer.Status, answer.ContentType));
        Assert.Equal("io.kserve.inference.response", answer.Json.GetProperty("type").GetString());
        Assert.Equal(Answer, answer.Json.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Several_uploads_are_answered_in_their_order_and_a_plain_body_plainly()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "1.png"), ("numbers", "2.png")]);

        HttpCall answer = await HttpCall.PostAsync<PredictFromEvent>(
            app.Services, Some.Event(Some.Notification(Some.Record("1.png"), Some.Record("2.png"))), "mnist");

        Assert.Equal(2, answer.Json.GetProperty("predictions").GetArrayLength());
        Assert.False(answer.Json.TryGetProperty("outcomes", out _));
        Assert.False(answer.Headers.ContainsKey("ce-type"));
    }

    [Fact]
    public async Task What_the_model_has_not_seen_is_told_in_outcomes_beside_what_it_has_seen()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "seen.png")]);

        HttpCall answer = await HttpCall.PostAsync<PredictFromEvent>(
            app.Services, Some.Event(Some.Notification(Some.Record("gone.png"), Some.Record("folder/"), Some.Record("seen.png"))), "mnist");

        Assert.Equal(200, answer.Status);
        JsonElement prediction = Assert.Single(answer.Json.GetProperty("predictions").EnumerateArray());
        Assert.Equal(5, prediction.GetProperty("classes").GetInt32());
        Assert.Equal(["missing", "skipped", "sorted"], answer.Statuses);
    }

    [Fact]
    public async Task A_picture_that_is_sorted_already_has_no_prediction()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "twice.png")]);
        EventMessage posted = Some.Event(Some.Notification(Some.Record("twice.png")));
        await HttpCall.PostAsync<PredictFromEvent>(app.Services, posted, "mnist");

        HttpCall again = await HttpCall.PostAsync<PredictFromEvent>(app.Services, posted, "mnist");

        Assert.Equal(200, again.Status);
        Assert.Empty(again.Json.GetProperty("predictions").EnumerateArray());
        Assert.Equal(["already-sorted"], again.Statuses);
    }

    [Fact]
    public async Task A_fault_is_an_error_as_KServe_words_it()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "good.png")]);

        HttpCall instances = await HttpCall.PostAsync<PredictFromEvent>(app.Services, Some.Event("""{"instances":[[0]]}"""), "mnist");
        HttpCall mixed = await HttpCall.PostAsync<PredictFromEvent>(app.Services, Some.Event(Some.Notification(Some.Record("good.png"), "7")), "mnist");

        Assert.Equal((400, "application/json"), (instances.Status, instances.ContentType));
        Assert.Contains("no notification of an upload", instances.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(instances.Json.GetProperty("error").GetString(), instances.Headers["Kne-Reason"]);
        Assert.Equal(400, mixed.Status);
        Assert.Equal(["sorted", "rejected"], mixed.Statuses);
    }

    [Fact]
    public async Task Another_models_name_is_refused_for_good()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "kept.png")]);

        HttpCall answer = await HttpCall.PostAsync<PredictFromEvent>(app.Services, Some.Event(Some.Notification(Some.Record("kept.png"))), "flowers");

        Assert.Equal(400, answer.Status);
        Assert.StartsWith("Model with name flowers does not exist.", answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Empty(await app.FiledAsync());
    }
}
