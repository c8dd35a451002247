using System.Diagnostics;
using System.Text.Json;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Retries;
using DigitFunctions.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Prediction;

public sealed class KServeDigitPredictorTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_batch_is_one_V1_call()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Digits(3, 1, 4));
        using KServeDigitPredictor predictor = Predictor(server.Url);

        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(TestModels.Pictures(3), CancellationToken.None);

        Assert.Equal([3, 1, 4], predictions.Select(prediction => prediction.Digit));
        Assert.All(predictions, prediction => Assert.Equal("kserve:mnist", prediction.Model));
        PredictorServer.Call call = Assert.Single(server.Calls);
        Assert.Equal(("POST", "/v1/models/mnist:predict", "application/json"), (call.Method, call.Path, call.ContentType));
        Assert.Equal(call.Body.Length, call.Length);
        Assert.Equal(3, JsonDocument.Parse(call.Body).RootElement.GetProperty("instances").GetArrayLength());
    }

    [Fact]
    public async Task A_batch_is_one_V2_call()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(
            PredictorServer.Json("""{"outputs":[{"name":"classes","shape":[2],"datatype":"INT64","data":[8,2]}]}"""));
        using KServeDigitPredictor predictor = Predictor(server.Url + "/serving/", options =>
        {
            options.Protocol = KServeProtocol.V2;
            options.ModelName = "mnist v2";
            options.InputName = "input-0";
        });

        IReadOnlyList<DigitPrediction> predictions = await predictor.PredictAsync(TestModels.Pictures(2), CancellationToken.None);

        Assert.Equal([8, 2], predictions.Select(prediction => prediction.Digit));
        PredictorServer.Call call = Assert.Single(server.Calls);
        Assert.Equal(("POST", "/serving/v2/models/mnist v2/infer"), (call.Method, call.Path));
        Assert.Equal("input-0", JsonDocument.Parse(call.Body).RootElement.GetProperty("inputs")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_empty_batch_makes_no_call()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Digits());
        using KServeDigitPredictor predictor = Predictor(server.Url);

        Assert.Empty(await predictor.PredictAsync(ReadOnlyMemory<float>.Empty, CancellationToken.None));
        Assert.Empty(server.Calls);
    }

    [Fact]
    public async Task The_gateway_sees_the_host_header()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Digits(1));
        using KServeDigitPredictor predictor = Predictor(server.Url, options => options.HostHeader = "mnist.default.example.com");

        await predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None);

        Assert.Equal("mnist.default.example.com", Assert.Single(server.Calls).Host);
    }

    [Fact]
    public async Task The_trace_goes_along()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Digits(1));
        using KServeDigitPredictor predictor = Predictor(server.Url);
        using Activity activity = new Activity("event").SetIdFormat(ActivityIdFormat.W3C).Start();

        await predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None);

        Assert.StartsWith($"00-{activity.TraceId}-", Assert.Single(server.Calls).TraceParent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, """{"error":"Expected \"instances\" to be a list"}""", "Expected \"instances\" to be a list", "Prediction__InputName")]
    [InlineData(404, """{"error":"Model with name mnist does not exist."}""", "Model with name mnist does not exist.", "Prediction__ModelName")]
    [InlineData(404, """{"detail":"Not Found"}""", "Not Found", "Prediction__HostHeader")]
    [InlineData(422, """{"detail":[{"type":"missing","loc":["body","inputs"],"msg":"Field required"}]}""", "Field required", "Prediction__Protocol")]
    [InlineData(403, "RBAC: access denied", "RBAC: access denied", "Prediction__Url")]
    [InlineData(302, "", "no reason given", "Prediction__Url must be the predictor itself")]
    public async Task A_call_that_is_refused_is_not_repeated(int status, string body, string reason, string hint)
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json(body, status));
        using KServeDigitPredictor predictor = Predictor(server.Url);

        PredictorRefusedException error =
            await Assert.ThrowsAsync<PredictorRefusedException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.Equal(status, error.StatusCode);
        Assert.StartsWith(
            $"The predictor kserve:mnist at {server.Url}/v1/models/mnist:predict answered {status}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(hint, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Calls);
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_passing_failure_is_repeated(int status)
    {
        Func<HttpContext, Task> failure = PredictorServer.Reply("upstream connect error", status, "text/plain");
        await using PredictorServer server = await PredictorServer.StartAsync(failure, failure, PredictorServer.Digits(6));
        QuickTime time = new(wait => wait < Limit);
        using KServeDigitPredictor predictor = Predictor(server.Url, time: time);

        DigitPrediction prediction = Assert.Single(await predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.Equal(6, prediction.Digit);
        Assert.Equal(3, server.Calls.Count);
        Assert.Equal(2, time.Waits.Count);
        Assert.Single(server.Calls.Select(call => call.Body).Distinct());
    }

    [Fact]
    public async Task A_failure_that_stays_says_what_the_predictor_said()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("""{"error":"Model with name mnist is not ready."}""", 503));
        using KServeDigitPredictor predictor = Predictor(server.Url, time: new QuickTime(wait => wait < Limit));

        PredictorUnavailableException error =
            await Assert.ThrowsAsync<PredictorUnavailableException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.Equal($"The predictor kserve:mnist at {server.Url}/v1/models/mnist:predict answered 503: Model with name mnist is not ready.", error.Message);
        Assert.Equal(3, server.Calls.Count);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("Sat, 01 Aug 2026 12:00:03 GMT")]
    public async Task A_wait_that_the_predictor_asks_for_is_kept(string retryAfter)
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("{}", 429, retryAfter), PredictorServer.Digits(2));
        QuickTime time = new(wait => wait < Limit);
        using KServeDigitPredictor predictor = Predictor(server.Url, time: time);

        Assert.Equal(2, Assert.Single(await predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None)).Digit);
        Assert.Equal([TimeSpan.FromSeconds(3)], time.Waits);
    }

    [Fact]
    public async Task A_wait_that_is_too_long_is_left_to_the_caller()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("{}", 429, "60"));
        using KServeDigitPredictor predictor = Predictor(server.Url);

        PredictorUnavailableException error =
            await Assert.ThrowsAsync<PredictorUnavailableException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.Equal(TimeSpan.FromSeconds(60), error.RetryAfter);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task A_cut_reply_is_repeated()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Cut, PredictorServer.Digits(7));
        using KServeDigitPredictor predictor = Predictor(server.Url, time: new QuickTime(wait => wait < Limit));

        Assert.Equal(7, Assert.Single(await predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None)).Digit);
        Assert.Equal(2, server.Calls.Count);
    }

    [Fact]
    public async Task A_predictor_that_does_not_listen_is_unavailable()
    {
        string url = PredictorServer.NobodysUrl();
        QuickTime time = new(wait => wait < Limit);
        using KServeDigitPredictor predictor = Predictor(url, time: time);

        PredictorUnavailableException error =
            await Assert.ThrowsAsync<PredictorUnavailableException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.StartsWith($"The predictor kserve:mnist at {url}/v1/models/mnist:predict cannot be reached: ", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, time.Waits.Count);
    }

    [Fact]
    public async Task A_predictor_that_hangs_is_given_up_after_the_time_out()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Hang);
        QuickTime time = new(_ => true);
        using KServeDigitPredictor predictor = Predictor(server.Url, options => options.MaxRetries = 1, time);

        PredictorUnavailableException error =
            await Assert.ThrowsAsync<PredictorUnavailableException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.Equal(
            $"The predictor kserve:mnist at {server.Url}/v1/models/mnist:predict did not answer within 10 s (Prediction__Timeout).", error.Message);
        Assert.Equal(2, time.Waits.Count(wait => wait == Limit));
    }

    [Fact]
    public async Task Cancelling_ends_the_call()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Hang);
        using KServeDigitPredictor predictor = Predictor(server.Url);
        using CancellationTokenSource stop = new();

        Task<IReadOnlyList<DigitPrediction>> call = predictor.PredictAsync(TestModels.Pictures(1), stop.Token);
        await Eventually.TrueAsync("call of the predictor", () => Task.FromResult(!server.Calls.IsEmpty));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_reply_without_end_is_refused(bool saysItsLength)
    {
        await using PredictorServer server = await PredictorServer.StartAsync(async context =>
        {
            byte[] spaces = new byte[1 << 16];
            context.Response.ContentLength = saysItsLength ? 1L << 40 : null;
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
            }
        });
        using KServeDigitPredictor predictor = Predictor(server.Url);

        ImplausiblePredictionException error =
            await Assert.ThrowsAsync<ImplausiblePredictionException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));

        Assert.Equal("The model kserve:mnist answered more than 69632 bytes.", error.Message);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task A_reply_that_cannot_be_true_is_not_repeated()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Digits(11));
        using KServeDigitPredictor predictor = Predictor(server.Url);

        await Assert.ThrowsAsync<ImplausiblePredictionException>(() => predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None));
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task Many_calls_at_once_do_not_mix_their_bodies()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Digits(0));
        using KServeDigitPredictor predictor = Predictor(server.Url);

        await Parallel.ForEachAsync(Enumerable.Range(0, 200), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, cancellationToken) =>
        {
            float[] picture = new float[784];
            Array.Fill(picture, i % 10 / 10f);
            await predictor.PredictAsync(picture, cancellationToken);
        });

        Assert.Equal(200, server.Calls.Count);
        Assert.All(server.Calls, call =>
        {
            string[] numbers = call.Body.Replace("{\"instances\":[[", "", StringComparison.Ordinal).Replace("]]}", "", StringComparison.Ordinal).Split(',');
            Assert.Equal(784, numbers.Length);
            Assert.Single(numbers.Distinct());
        });
    }

    [Fact]
    public void The_pipeline_tries_again_when_the_predictor_is_unavailable_and_not_when_it_refuses()
    {
        Assert.True(RetryBudget.IsTransient(new PredictorUnavailableException("busy")));
        Assert.False(RetryBudget.IsTransient(new PredictorRefusedException("no such model", 404)));
    }

    internal static KServeDigitPredictor Predictor(string url, Action<PredictionOptions>? change = null, TimeProvider? time = null, bool hasFallback = false)
    {
        PredictionOptions options = new() { Mode = PredictionMode.KServe, Url = url, Timeout = Limit };
        change?.Invoke(options);
        return new KServeDigitPredictor(options, hasFallback, time ?? TimeProvider.System, NullLogger<KServeDigitPredictor>.Instance);
    }
}
