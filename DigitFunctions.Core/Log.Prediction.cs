using Microsoft.Extensions.Logging;

namespace DigitFunctions.Core;

/// <summary>What the predictors log. Event ids 300 to 399.</summary>
internal static partial class Log
{
    [LoggerMessage(300, LogLevel.Warning, "The predictor {Model} failed; try {Attempt} follows after {DelayMs:0} ms. {Reason}")]
    public static partial void PredictorCallRepeated(this ILogger logger, string model, int attempt, double delayMs, string reason);

    [LoggerMessage(301, LogLevel.Warning, "The predictor {Model} failed too often and is left alone for {RestMs:0} ms. {Reason}")]
    public static partial void PredictorLeftAlone(this ILogger logger, string model, double restMs, string? reason);

    [LoggerMessage(302, LogLevel.Information, "The predictor {Model} answers again")]
    public static partial void PredictorAnswersAgain(this ILogger logger, string model);

    [LoggerMessage(303, LogLevel.Warning, "The ONNX model answers a batch in place of the KServe predictor. {Reason}")]
    public static partial void FallbackAnswers(this ILogger logger, string reason);
}
