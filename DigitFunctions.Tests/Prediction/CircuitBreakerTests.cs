using DigitFunctions.Core.Prediction;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Prediction;

public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task After_many_failures_the_predictor_is_left_alone_until_its_rest_is_over()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("""{"error":"starting"}""", 503));
        QuickTime time = new(wait => wait < Rest);
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url, time: time);

        await Assert.ThrowsAsync<PredictorUnavailableException>(() => PredictAsync(predictor));
        Assert.Equal(3, server.Calls.Count);
        PredictorUnavailableException rested = await Assert.ThrowsAsync<PredictorUnavailableException>(() => PredictAsync(predictor));

        Assert.Equal(3, server.Calls.Count);
        Assert.Equal(Rest, rested.RetryAfter);
        Assert.Equal(
            $"The predictor kserve:mnist at {server.Url}/v1/models/mnist:predict failed too often and is left alone for 5 s; "
            + $"its last failure: The predictor kserve:mnist at {server.Url}/v1/models/mnist:predict answered 503: starting",
            rested.Message);

        server.Instead = PredictorServer.Digits(4);
        time.Advance(Rest);

        Assert.Equal(4, Assert.Single(await PredictAsync(predictor)).Digit);
        Assert.Equal(4, Assert.Single(await PredictAsync(predictor)).Digit);
        Assert.Equal(5, server.Calls.Count);
    }

    [Fact]
    public async Task A_predictor_that_still_fails_after_its_rest_is_left_alone_again()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("{}", 500));
        QuickTime time = new(wait => wait < Rest);
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url, time: time);
        await Assert.ThrowsAsync<PredictorUnavailableException>(() => PredictAsync(predictor));

        time.Advance(Rest);
        await Assert.ThrowsAsync<PredictorUnavailableException>(() => PredictAsync(predictor));
        await Assert.ThrowsAsync<PredictorUnavailableException>(() => PredictAsync(predictor));

        Assert.Equal(4, server.Calls.Count);
    }

    [Fact]
    public async Task Calls_that_are_refused_do_not_open_the_breaker()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("{}", 404));
        using KServeDigitPredictor predictor = KServeDigitPredictorTests.Predictor(server.Url);

        for (int i = 0; i < 10; i++)
        {
            await Assert.ThrowsAsync<PredictorRefusedException>(() => PredictAsync(predictor));
        }

        Assert.Equal(10, server.Calls.Count);
    }

    [Fact]
    public async Task With_a_fallback_the_model_answers_at_once_and_the_predictor_again_when_it_is_back()
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json("{}", 503));
        QuickTime time = new(_ => false);
        using FallbackDigitPredictor predictor = new(
            KServeDigitPredictorTests.Predictor(server.Url, time: time, hasFallback: true),
            new OnnxDigitPredictor(TestModels.Linear),
            NullLogger<FallbackDigitPredictor>.Instance);

        for (int i = 0; i < 6; i++)
        {
            DigitPrediction fallback = Assert.Single(await PredictAsync(predictor));
            Assert.Equal(TestModels.Expected.Classes[0], fallback.Digit);
            Assert.StartsWith("onnx:mnist@", fallback.Model, StringComparison.Ordinal);
        }

        Assert.Equal(3, server.Calls.Count);
        Assert.Empty(time.Waits);

        server.Instead = PredictorServer.Digits(1);
        time.Advance(Rest);

        DigitPrediction prediction = Assert.Single(await PredictAsync(predictor));
        Assert.Equal((1, "kserve:mnist"), (prediction.Digit, prediction.Model));
    }

    [Theory]
    [InlineData("""{"predictions":[11]}""", 200)]
    [InlineData("""{"error":"Model with name mnist does not exist."}""", 404)]
    public async Task What_the_predictor_cannot_answer_the_model_does(string body, int status)
    {
        await using PredictorServer server = await PredictorServer.StartAsync(PredictorServer.Json(body, status));
        using FallbackDigitPredictor predictor = new(
            KServeDigitPredictorTests.Predictor(server.Url, hasFallback: true),
            new OnnxDigitPredictor(TestModels.Linear),
            NullLogger<FallbackDigitPredictor>.Instance);

        Assert.StartsWith("onnx:mnist@", Assert.Single(await PredictAsync(predictor)).Model, StringComparison.Ordinal);
    }

    private static Task<IReadOnlyList<DigitPrediction>> PredictAsync(IDigitPredictor predictor) =>
        predictor.PredictAsync(TestModels.Pictures(1), CancellationToken.None);
}
