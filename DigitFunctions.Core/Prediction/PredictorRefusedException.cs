namespace DigitFunctions.Core.Prediction;

/// <summary>A predictor's server that answers, but does not take the call: no such model, wrong protocol, no permission.</summary>
/// <remarks>It says nothing of the pictures: they wait until the settings or the deployment are right.</remarks>
/// <param name="message">Which predictor it was, what it said, and which settings decide it.</param>
/// <param name="statusCode">The HTTP status, 300 to 599.</param>
public sealed class PredictorRefusedException(string message, int statusCode) : Exception(message)
{
    /// <summary>The HTTP status, 300 to 599.</summary>
    public int StatusCode { get; } = statusCode;
}
