namespace DigitFunctions.Core.Prediction;

/// <summary>What a model says of one picture.</summary>
/// <param name="Digit">0 to 9.</param>
/// <param name="Scores">Ten probabilities, one a digit; empty where the model gives only the digit.</param>
/// <param name="Model">Which model it was: <c>kserve:mnist</c> or <c>onnx:mnist@</c> and the first 12 digits of its SHA-256.</param>
public sealed record DigitPrediction(int Digit, IReadOnlyList<float> Scores, string Model)
{
    /// <summary>The digit's score in [0, 1]; 1 where the model gives only the digit.</summary>
    public float Confidence => Scores.Count == 0 ? 1 : Scores[Digit];

    /// <summary>How likely the picture shows a single digit at all, in [0, 1]; <see langword="null"/> where the model does not say.</summary>
    public float? DigitScore { get; init; }
}
