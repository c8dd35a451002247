using System.Text.Json;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Functions;

/// <summary>Probes learn what is wrong, soon, and cost little.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task All_is_well_when_the_buckets_are_there_and_the_model_is_ready()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new FixedPredictor(5));

        HttpCall answer = await HttpCall.SendAsync<Health>(services, "GET", []);
        HttpCall ready = await HttpCall.SendAsync<ModelReady>(services, "GET", [], "mnist");

        Assert.Equal((200, "healthy"), (answer.Status, answer.Json.GetProperty("status").GetString()));
        Assert.Equal(
            [$"bucket {storage.Source}", $"bucket {storage.Target}", "predictor"],
            answer.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("name").GetString()!));
        Assert.Equal((200, """{"name":"mnist","ready":true}"""), (ready.Status, ready.Json.GetRawText()));
    }

    [Fact]
    public async Task A_missing_bucket_and_a_predictor_that_is_not_ready_are_named()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(
            storage, new FailingPredictor(new PredictorUnavailableException("The model rests.")), ("Sorting:SourceBuckets:0", "no-such-bucket"));

        HttpCall answer = await HttpCall.SendAsync<Health>(services, "GET", []);
        HttpCall ready = await HttpCall.SendAsync<ModelReady>(services, "GET", [], "mnist");

        Assert.Equal((503, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal(
            "bucket no-such-bucket: There is no bucket no-such-bucket. predictor: The model rests.", answer.Json.GetProperty("detail").GetString());
        Assert.Equal([false, true, false], answer.Json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("healthy").GetBoolean()));
        Assert.Equal((503, "Model with name mnist is not ready. The model rests."), (ready.Status, ready.Json.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_named_with_its_buckets()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new FixedPredictor(5));
        await storage.StopServerAsync();

        HttpCall answer = await HttpCall.SendAsync<Health>(services, "GET", []);

        Assert.Equal(503, answer.Status);
        Assert.Contains($"bucket {storage.Target}: The S3 server cannot be asked for the bucket {storage.Target}", answer.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_another_name_does_not_exist()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await using ServiceProvider services = Services(storage, new FixedPredictor(5));

        HttpCall answer = await HttpCall.SendAsync<ModelReady>(services, "GET", [], "flowers");

        Assert.Equal(404, answer.Status);
        Assert.StartsWith("Model with name flowers does not exist.", answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Frequent_probes_share_one_answer_until_it_is_five_seconds_old()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        QuickTime time = new(_ => false);
        CheckedPredictor predictor = new(_ => Task.FromResult("ready"));
        await using ServiceProvider services = Services(storage, predictor, time);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => HttpCall.SendAsync<ModelReady>(services, "GET", [], "mnist")));
        Assert.Equal(1, predictor.Checks);

        time.Advance(TimeSpan.FromSeconds(5));
        await HttpCall.SendAsync<ModelReady>(services, "GET", [], "mnist");
        Assert.Equal(2, predictor.Checks);
    }

    [Fact]
    public async Task A_predictor_that_never_answers_is_waited_for_two_seconds()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        QuickTime time = new(wait => wait == TimeSpan.FromSeconds(2));
        await using ServiceProvider services = Services(storage, new CheckedPredictor(async _ => await new TaskCompletionSource<string>().Task), time);

        HttpCall answer = await HttpCall.SendAsync<ModelReady>(services, "GET", [], "mnist");

        Assert.Equal(503, answer.Status);
        Assert.Contains("no answer within 2 s", answer.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    private static ServiceProvider Services(TestStorage storage, IDigitPredictor predictor, params (string Key, string Value)[] settings) =>
        CoreServices.Over(storage, services => services.AddSingleton(predictor), settings);

    private static ServiceProvider Services(TestStorage storage, IDigitPredictor predictor, TimeProvider time) =>
        CoreServices.Over(storage, services => services.AddSingleton(predictor).AddSingleton(time));

    /// <summary>Counts how often it is asked whether it is ready.</summary>
    private sealed class CheckedPredictor(Func<CancellationToken, Task<string>> check) : IDigitPredictor
    {
        private int _checks;

        public int Checks => _checks;

        public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken) =>
            throw new NotSupportedException("It is only asked whether it is ready.");

        public Task<string> CheckAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _checks);
            return check(cancellationToken);
        }
    }
}
