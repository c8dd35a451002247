using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Tests.Support;

/// <summary>Cannot predict anything.</summary>
internal sealed class FailingPredictor(Exception fault) : IDigitPredictor
{
    public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken) => Task.FromException<IReadOnlyList<DigitPrediction>>(fault);

    public Task<string> CheckAsync(CancellationToken cancellationToken) => Task.FromException<string>(fault);
}
