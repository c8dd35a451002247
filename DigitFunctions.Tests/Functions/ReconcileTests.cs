using System.Text.Json;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Reconciling;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Reconciling;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Functions;

/// <summary><c>POST /api/reconcile</c>.</summary>
public sealed class ReconcileTests
{
    private const string Address = "http://127.0.0.1/api/reconcile";

    [Fact]
    public async Task Some_thousands_a_request_are_sorted_and_the_answer_says_where_to_go_on()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage);
        await ReconcilerTests.UploadAsync(storage, [.. Enumerable.Range(0, 5_001).Select(i => $"{i:00000}.png")]);

        HttpCall dry = await PostAsync(services, "?olderThan=0s&dryRun=true");
        string continuation = dry.Json.GetProperty("continuation").GetString()!;
        HttpCall last = await PostAsync(services, $"?olderThan=0s&continuation={Uri.EscapeDataString(continuation)}");

        Assert.Equal(new ReconcilePlace(storage.Source, "04999.png").ToString(), continuation);
        Assert.Equal((200, 5_000, 5_000), (dry.Status, dry.Json.GetProperty("seen").GetInt32(), dry.Json.GetProperty("waiting").GetInt32()));
        Assert.Equal(5_000, dry.Json.GetProperty("uploads").GetArrayLength());
        Assert.Equal($$"""{"bucket":"{{storage.Source}}","key":"00000.png"}""", dry.Json.GetProperty("uploads")[0].GetRawText());
        Assert.Equal((200, """{"seen":1,"young":0,"waiting":1,"refused":0,"failed":0,"outcomes":{"sorted":1}}"""), (last.Status, last.Json.GetRawText()));
        Assert.Equal(["digit-5/05000.png"], await ReconcilerTests.KeysAsync(storage.S3, storage.Target));
    }

    [Theory]
    [InlineData("?bucket=elsewhere", "bucket must be one of Sorting__SourceBuckets.")]
    [InlineData("?olderThan=soon", "olderThan must be")]
    [InlineData("?dryRun=perhaps", "dryRun must be true or false.")]
    [InlineData("?continuation=ZWxzZXdoZXJlL2EucG5n", "continuation must be")]
    [InlineData("?continuation=elsewhere/a.png", "continuation must be")]
    public async Task A_request_that_cannot_be_read_is_told_what_would_be_right(string query, string told)
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage);

        HttpCall answer = await PostAsync(services, query);

        Assert.Equal((400, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.StartsWith(told, answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_503_with_a_time_to_come_again()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage);
        await storage.StopServerAsync();

        HttpCall answer = await PostAsync(services, "");

        Assert.Equal((503, "10"), (answer.Status, answer.Headers["Retry-After"]));
    }

    [Fact]
    public async Task A_server_that_fails_half_way_is_503_with_what_was_done_until_then()
    {
        var s3 = new MemoryS3();
        await using var app = new MemoryApp(s3, new FixedPredictor(5), settings: ("Processing:RetryBudget", "00:00:00"));
        foreach (int i in Enumerable.Range(0, Reconciler.MostObjects + 1))
        {
            app.Upload($"{i:0000}.png", i);
        }

        int listings = 0;
        s3.Before = (call, _) => call is { Method: "LIST", Bucket: MemoryApp.Source } && ++listings > 1 ? throw MemoryS3.Error(503, "SlowDown") : Task.CompletedTask;

        HttpCall answer = await PostAsync(app.Services, "?olderThan=0s");

        JsonElement done = answer.Json.GetProperty("reconciled");
        Assert.Equal((503, Reconciler.MostObjects), (answer.Status, done.GetProperty("outcomes").GetProperty("sorted").GetInt32()));
        Assert.Equal(new ReconcilePlace(MemoryApp.Source, $"{Reconciler.MostObjects - 1:0000}.png").ToString(), done.GetProperty("continuation").GetString());
    }

    private static ServiceProvider Services(TestStorage storage) =>
        CoreServices.Over(storage, services => services.AddSingleton<IDigitPredictor>(new FixedPredictor(5)), ("Processing:RetryBudget", "00:00:00"));

    private static Task<HttpCall> PostAsync(IServiceProvider services, string query) =>
        HttpCall.SendAsync<Reconcile>(services, "POST", Address + query, "", []);
}
