using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace DigitFunctions.Core.Prediction;

/// <summary>What is done about a KServe predictor that fails: repeat the call, and leave it alone after many failures.</summary>
internal static class KServeResilience
{
    /// <summary>A predictor that asks for a longer rest than this is not waited for here; the caller is told how long it asked for.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    // The breaker opens when half of at least three calls of the last minute failed: batches are few, so three are already many.
    private const int FewestCalls = 3;
    private const double FailureRatio = 0.5;
    private static readonly TimeSpan ShortestWindow = TimeSpan.FromMinutes(1);

    /// <summary>Repetition outside, so that each try counts for the breaker; the time-out inside, so that it is one try's.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="hasFallback">Whether another predictor answers at once: then nothing is repeated.</param>
    /// <param name="model">The model's tag, for the log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told what is done.</param>
    public static ResiliencePipeline<DigitPrediction[]> Build(PredictionOptions options, bool hasFallback, string model, TimeProvider time, ILogger logger)
    {
        ResiliencePipelineBuilder<DigitPrediction[]> builder = new() { TimeProvider = time };
        if (options.MaxRetries > 0 && !hasFallback)
        {
            builder.AddRetry(Retry(options, model, logger));
        }

        return builder
            .AddCircuitBreaker(Breaker(options, model, logger))
            .AddTimeout(new TimeoutStrategyOptions { Timeout = options.Timeout })
            .Build();
    }

    private static RetryStrategyOptions<DigitPrediction[]> Retry(PredictionOptions options, string model, ILogger logger) => new()
    {
        MaxRetryAttempts = options.MaxRetries,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.RetryDelay,
        MaxDelay = options.RetryDelay > LongestWait ? options.RetryDelay : LongestWait,
        ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is TimeoutRejectedException
            || args.Outcome.Exception is PredictorUnavailableException failure && (failure.RetryAfter ?? TimeSpan.Zero) <= LongestWait),
        DelayGenerator = static args => ValueTask.FromResult((args.Outcome.Exception as PredictorUnavailableException)?.RetryAfter),
        OnRetry = args =>
        {
            logger.PredictorCallRepeated(model, args.AttemptNumber + 2, args.RetryDelay.TotalMilliseconds, args.Outcome.Exception!.Message);
            return default;
        },
    };

    private static CircuitBreakerStrategyOptions<DigitPrediction[]> Breaker(PredictionOptions options, string model, ILogger logger) => new()
    {
        FailureRatio = FailureRatio,
        MinimumThroughput = FewestCalls,
        SamplingDuration = options.Timeout * 4 > ShortestWindow ? options.Timeout * 4 : ShortestWindow,
        BreakDuration = options.BreakDuration,
        ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is TimeoutRejectedException or PredictorUnavailableException),
        OnOpened = args =>
        {
            logger.PredictorLeftAlone(model, args.BreakDuration.TotalMilliseconds, args.Outcome.Exception?.Message);
            return default;
        },
        OnClosed = _ =>
        {
            logger.PredictorAnswersAgain(model);
            return default;
        },
    };
}
