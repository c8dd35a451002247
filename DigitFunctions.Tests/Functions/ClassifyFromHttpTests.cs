using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Functions;

/// <summary>The answers of <c>POST /api/events</c> and of the handshake before it.</summary>
public sealed class ClassifyFromHttpTests(FunctionsFixture functions) : IClassFixture<FunctionsFixture>
{
    [Fact]
    public async Task A_sorted_picture_is_told_with_all_that_is_known_of_it()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "7.png")]);

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Announce("7.png"));

        JsonElement outcome = Assert.Single(answer.Json.GetProperty("outcomes").EnumerateArray());
        Assert.Equal(
            ("numbers", "7.png", "sorted", 5, "fixed", "digit-5/7.png"),
            (outcome.GetProperty("bucket").GetString(), outcome.GetProperty("key").GetString(), outcome.GetProperty("status").GetString(),
                outcome.GetProperty("digit").GetInt32(), outcome.GetProperty("model").GetString(), outcome.GetProperty("target").GetString()));
        Assert.Equal(1, outcome.GetProperty("confidence").GetSingle());
        Assert.Equal(10, outcome.GetProperty("predictions").GetArrayLength());
        Assert.True(outcome.GetProperty("elapsedMs").GetDouble() > 0);
        Assert.Equal(["outcomes"], answer.Json.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public async Task The_same_event_again_says_already_sorted()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "again.png")]);

        HttpCall first = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Announce("again.png"));
        HttpCall second = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Announce("again.png"));

        Assert.Equal(["sorted", "already-sorted"], [.. first.Statuses, .. second.Statuses]);
        Assert.Equal((200, 200), (first.Status, second.Status));
    }

    [Fact]
    public async Task A_fault_is_problem_details_and_a_header_on_one_line_and_the_others_are_sorted_all_the_same()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "good.png")]);
        EventMessage batch = Events.Some.Event(
            $"[{Events.Some.CloudEvent(Notification("good.png"))},{Events.Some.CloudEvent(Notification("7\\u00e9%"))}]",
            ("content-type", "application/cloudevents-batch+json"));

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, batch);

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.ContentType));
        JsonElement problem = answer.Json;
        Assert.Equal(("about:blank", 400), (problem.GetProperty("type").GetString(), problem.GetProperty("status").GetInt32()));
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.StartsWith("[1]: Records[0].s3.object.key", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["sorted", "rejected"], answer.Statuses);
        Assert.StartsWith("[1]: Records[0].s3.object.key", answer.Headers["Kne-Reason"], StringComparison.Ordinal);
        Assert.True(Ascii.IsValid(answer.Headers["Kne-Reason"]));
        Assert.Equal(["digit-5/good.png"], await app.FiledAsync());
    }

    [Fact]
    public async Task A_file_that_is_no_picture_is_answered_422_with_its_name()
    {
        await using FunctionServices app = await functions.ServicesAsync([("numbers", "letter.png")]);
        await functions.Storage.S3.PutObjectAsync(new() { BucketName = "numbers", Key = "letter.png", ContentBody = "Dear Sir or Madam" });

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Announce("letter.png"));

        Assert.Equal(422, answer.Status);
        Assert.Equal(["unreadable"], answer.Statuses);
        Assert.StartsWith("numbers/letter.png: ", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("numbers/letter.png: ", answer.Headers["Kne-Reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_cannot_be_served_is_answered_422()
    {
        await using FunctionServices app = await functions.ServicesAsync([]);

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Announce("../7.png"));

        Assert.Equal(422, answer.Status);
        Assert.Equal(["rejected"], answer.Statuses);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_answered_413_with_and_without_its_length()
    {
        await using FunctionServices app = await functions.ServicesAsync([]);
        byte[] large = new byte[EventLimits.MaxBodyBytes + 1];

        HttpCall read = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Events.Some.Event(large));
        HttpCall told = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Events.Some.Event("{}", ("Content-Length", "1048577")));

        Assert.Equal((413, 413), (read.Status, told.Status));
        Assert.Contains("1048576 bytes", read.Headers["Kne-Reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_body_is_answered_415()
    {
        await using FunctionServices app = await functions.ServicesAsync([]);

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(app.Services, Events.Some.Event("{}", ("Content-Encoding", "gzip")));

        Assert.Equal(415, answer.Status);
        Assert.Contains("Content-Encoding", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    public static TheoryData<Exception, string> Faults => new()
    {
        { new PredictorUnavailableException("It rests.") { RetryAfter = TimeSpan.FromSeconds(41.2) }, "42" },
        { new PredictorUnavailableException("It rests.") { RetryAfter = TimeSpan.FromDays(30) }, "3600" },
        { new PredictorUnavailableException("It is gone."), "10" },
        { new PredictorRefusedException("No such model.", 404), "10" },
        { new ImplausiblePredictionException("The scores do not sum to 1."), "10" },
        { new InvalidOperationException("Anything else."), "10" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task What_stays_unreachable_is_answered_503_with_the_time_to_wait(Exception fault, string retryAfter)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await storage.UploadAsync("7.png", Some.Picture());
        await using ServiceProvider services = CoreServices.Over(
            storage, replace => replace.AddSingleton<IDigitPredictor>(new FailingPredictor(fault)), ("Processing:RetryBudget", "00:00:00"));
        EventMessage batch = Events.Some.Event(Notification("7.png").Replace("numbers", storage.Source, StringComparison.Ordinal));

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(services, batch);
        HttpCall predict = await HttpCall.PostAsync<PredictFromEvent>(services, batch, "mnist");

        Assert.Equal((503, retryAfter), (answer.Status, answer.Headers["Retry-After"]));
        Assert.Contains(fault.Message, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal((503, retryAfter), (predict.Status, predict.Headers["Retry-After"]));
        Assert.Contains(fault.Message, predict.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal(["7.png"], await storage.KeysAsync(storage.Source));
    }

    [Fact]
    public async Task While_S3_is_unreachable_the_answer_is_503()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = CoreServices.Over(
            storage, replace => replace.AddSingleton<IDigitPredictor>(new FixedPredictor(5)), ("Processing:RetryBudget", "00:00:00"));
        await storage.StopServerAsync();

        HttpCall answer = await HttpCall.PostAsync<ClassifyFromHttp>(
            services, Events.Some.Event(Notification("7.png").Replace("numbers", storage.Source, StringComparison.Ordinal)));

        Assert.Equal((503, "10"), (answer.Status, answer.Headers["Retry-After"]));
    }

    [Fact]
    public async Task The_handshake_lets_the_origin_send_at_any_rate()
    {
        HttpCall answer = await HandshakeAsync(("WebHook-Request-Origin", "eventemitter.example.com"), ("WebHook-Request-Rate", "120"));

        Assert.Equal(200, answer.Status);
        Assert.Equal("eventemitter.example.com", answer.Headers["WebHook-Allowed-Origin"]);
        Assert.Equal("*", answer.Headers["WebHook-Allowed-Rate"]);
        Assert.Contains("POST", answer.Headers["Allow"], StringComparison.Ordinal);
        Assert.Empty(answer.Bytes);
    }

    [Fact]
    public async Task A_handshake_without_an_origin_permits_nothing_and_one_that_is_no_name_is_refused()
    {
        HttpCall without = await HandshakeAsync();
        HttpCall strange = await HandshakeAsync(("WebHook-Request-Origin", "a b\u00e9"));

        Assert.Equal((200, false), (without.Status, without.Headers.ContainsKey("WebHook-Allowed-Origin")));
        Assert.Equal((400, false), (strange.Status, strange.Headers.ContainsKey("WebHook-Allowed-Origin")));
    }

    private static async Task<HttpCall> HandshakeAsync(params (string, string)[] headers)
    {
        await using ServiceProvider none = new ServiceCollection().BuildServiceProvider();
        return await HttpCall.SendAsync<WebhookHandshake>(none, "OPTIONS", headers);
    }

    private static string Notification(string key) => Events.Some.Notification(Events.Some.Record(key));

    private static EventMessage Announce(string key) => Events.Some.Event(Notification(key), ("content-type", "application/json"));
}
