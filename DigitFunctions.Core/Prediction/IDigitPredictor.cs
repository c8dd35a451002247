namespace DigitFunctions.Core.Prediction;

/// <summary>Says which digit each picture of a batch shows.</summary>
public interface IDigitPredictor
{
    /// <summary>Predicts all pictures of a batch in one call of the model.</summary>
    /// <param name="tensors">n × 784 floats in [0, 1], one picture after the other, row-major 28×28, light ink on dark. It must not change until the call has ended.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>n predictions, in the order of the pictures.</returns>
    /// <exception cref="ArgumentException">The length is no multiple of 784.</exception>
    /// <exception cref="ImplausiblePredictionException">The model's reply cannot be true.</exception>
    /// <exception cref="PredictorUnavailableException">The model cannot be reached, or is too busy; it may answer later.</exception>
    /// <exception cref="PredictorRefusedException">The model's server does not take the call; the settings are likely wrong.</exception>
    Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken);

    /// <summary>Asks whether the model is ready, without predicting anything.</summary>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>One line for people: which model is ready, and where.</returns>
    /// <exception cref="PredictorUnavailableException">The model is not ready, or cannot be reached.</exception>
    /// <exception cref="PredictorRefusedException">There is no such model.</exception>
    Task<string> CheckAsync(CancellationToken cancellationToken);
}
