namespace DigitFunctions.Core.Prediction;

/// <summary>Says which digit each picture of a batch shows.</summary>
public interface IDigitPredictor
{
    /// <summary>Predicts all pictures of a batch in one call of the model.</summary>
    /// <param name="tensors">n × 784 floats in [0, 1], one picture after the other, row-major 28×28, light ink on dark.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>n predictions, in the order of the pictures.</returns>
    /// <exception cref="ImplausiblePredictionException">The model's reply cannot be true.</exception>
    Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken);
}
