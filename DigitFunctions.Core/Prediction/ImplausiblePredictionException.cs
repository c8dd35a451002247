namespace DigitFunctions.Core.Prediction;

/// <summary>A model's reply that cannot be true: a wrong count, a score that is no probability, a digit outside 0 to 9.</summary>
/// <remarks>It says nothing of the picture, so the picture is tried again rather than set aside.</remarks>
/// <param name="message">What was got and what was expected.</param>
public sealed class ImplausiblePredictionException(string message) : Exception(message);
