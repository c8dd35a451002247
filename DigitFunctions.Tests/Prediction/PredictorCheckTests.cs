using DigitFunctions.Core.Prediction;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Prediction;

public sealed class PredictorCheckTests
{
    [Fact]
    public async Task A_ready_V1_model_is_asked_by_its_name()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("""{"name":"mnist","ready":true}"""));
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url, options => options.HostHeader = "mnist.example.com");

        Assert.Equal($"kserve:mnist is ready at {server.Url}/v1/models/mnist", await predictor.CheckAsync(CancellationToken.None));

        PredictorServer.Call call = Assert.Single(server.Calls);
        Assert.Equal(("GET", "/v1/models/mnist", "mnist.example.com"), (call.Method, call.Path, call.Host));
    }

    [Fact]
    public async Task A_ready_V2_model_needs_no_body()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Reply("", 200, "text/plain"));
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url, options => options.Protocol = KServeProtocol.V2);

        Assert.Equal($"kserve:mnist is ready at {server.Url}/v2/models/mnist/ready", await predictor.CheckAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("""{"name":"mnist","ready":false}""", 200, "is not ready")]
    [InlineData("""{"error":"Model with name mnist is not ready."}""", 503, "answered 503: Model with name mnist is not ready.")]
    [InlineData("<html>", 200, "answered no JSON: <html>")]
    public async Task A_model_that_is_not_ready_says_why(string body, int status, string reason)
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json(body, status));
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url);

        PredictorUnavailableException error = await Assert.ThrowsAsync<PredictorUnavailableException>(() => predictor.CheckAsync(CancellationToken.None));

        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task An_unknown_model_is_refused()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("""{"error":"Model with name mnist does not exist."}""", 404));
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url);

        Assert.Equal(404, (await Assert.ThrowsAsync<PredictorRefusedException>(() => predictor.CheckAsync(CancellationToken.None))).StatusCode);
    }

    [Fact]
    public async Task A_server_that_hangs_is_not_waited_for_long()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Hang);
        QuickTime time = new(_ => true);
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url, time: time);

        PredictorUnavailableException error = await Assert.ThrowsAsync<PredictorUnavailableException>(() => predictor.CheckAsync(CancellationToken.None));

        Assert.Equal($"The predictor kserve:mnist at {server.Url}/v1/models/mnist did not answer within 5 s.", error.Message);
        Assert.Equal([TimeSpan.FromSeconds(5)], time.Waits);
    }

    [Fact]
    public async Task With_a_fallback_both_are_told_of()
    {
        Func<HttpContext, Task> ready = PredictorServer.Json("""{"name":"mnist","ready":true}""");
        await using PredictorServer server = await PredictorServer.StartAsync(ready, PredictorServer.Json("{}", 503));
        using FallbackDigitPredictor predictor = new(
            KServeDigitPredictorTests.Predictor(server.Url, hasFallback: true),
            new OnnxDigitPredictor(TestModels.Linear),
            NullLogger<FallbackDigitPredictor>.Instance);

        Assert.Matches("^kserve:mnist is ready at .*; as its fallback onnx:mnist@[0-9a-f]{12} is loaded from .*linear.onnx$", await predictor.CheckAsync(CancellationToken.None));
        Assert.Matches("^onnx:mnist@.*linear.onnx, and answers alone: The predictor kserve:mnist at .* answered 503", await predictor.CheckAsync(CancellationToken.None));
    }
}
