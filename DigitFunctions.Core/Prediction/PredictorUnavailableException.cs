namespace DigitFunctions.Core.Prediction;

/// <summary>A predictor that cannot answer at present: not reachable, too slow, too busy, or resting after many failures.</summary>
/// <remarks>The same call may succeed later.</remarks>
/// <param name="message">Which predictor it was and what it said.</param>
/// <param name="innerException">The failure underneath, where there is one.</param>
public sealed class PredictorUnavailableException(string message, Exception? innerException = null) : Exception(message, innerException)
{
    /// <summary>How long the predictor asks to be left alone; <see langword="null"/> where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
