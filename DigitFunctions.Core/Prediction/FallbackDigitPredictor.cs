using DigitFunctions.Core.Observability;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Core.Prediction;

/// <summary>Asks one predictor, and another for what the first cannot answer. <see cref="DigitPrediction.Model"/> says which one it was.</summary>
/// <remarks>A reply that cannot be true is no answer either: the picture gets its digit from the second.</remarks>
/// <param name="first">Asked first; disposed with this.</param>
/// <param name="second">Asked when the first fails; disposed with this.</param>
/// <param name="logger">Is told why the second was asked.</param>
public sealed class FallbackDigitPredictor(IDigitPredictor first, IDigitPredictor second, ILogger<FallbackDigitPredictor> logger) : IDigitPredictor, IDisposable
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<DigitPrediction> predictions = await first.PredictAsync(tensors, cancellationToken);
            Telemetry.CountPredictions(predictions.Count, byFallback: false);
            return predictions;
        }
        catch (Exception error) when (IsNoAnswer(error))
        {
            logger.FallbackAnswers(error.Message);
        }

        IReadOnlyList<DigitPrediction> replacements = await second.PredictAsync(tensors, cancellationToken);
        Telemetry.CountPredictions(replacements.Count, byFallback: true);
        return replacements;
    }

    /// <inheritdoc/>
    public async Task<string> CheckAsync(CancellationToken cancellationToken)
    {
        string fallback = await second.CheckAsync(cancellationToken);
        try
        {
            return $"{await first.CheckAsync(cancellationToken)}; as its fallback {fallback}";
        }
        catch (Exception error) when (IsNoAnswer(error))
        {
            return $"{fallback}, and answers alone: {error.Message}";
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        (first as IDisposable)?.Dispose();
        (second as IDisposable)?.Dispose();
    }

    private static bool IsNoAnswer(Exception error) =>
        error is PredictorUnavailableException or PredictorRefusedException or ImplausiblePredictionException;
}
