namespace DigitFunctions.Core.Prediction;

/// <summary>Predicts pictures of which some have two readings: the model decides which of them counts.</summary>
public static class DoubtfulPictures
{
    // The reading that keeps all strokes is believed where it is this part as likely as the other, which may have lost one.
    private const float LeastOfOther = 0.7f;

    /// <summary>Predicts all pictures and all their other readings in one call of the model.</summary>
    /// <param name="predictor">The model.</param>
    /// <param name="tensors">n × 784 floats: the first readings.</param>
    /// <param name="others">n other readings of 784 floats; <see langword="null"/> for pictures that have none.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>n predictions, in the order of the pictures.</returns>
    public static async Task<IReadOnlyList<DigitPrediction>> PredictAsync(
        IDigitPredictor predictor, ReadOnlyMemory<float> tensors, IReadOnlyList<float[]?> others, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(others);
        int[] doubtful = [.. Enumerable.Range(0, others.Count).Where(i => others[i] is not null)];
        if (doubtful.Length == 0)
        {
            return await predictor.PredictAsync(tensors, cancellationToken).ConfigureAwait(false);
        }

        float[] all = [.. tensors.Span, .. doubtful.SelectMany(i => others[i]!)];
        DigitPrediction[] predictions = [.. await predictor.PredictAsync(all, cancellationToken).ConfigureAwait(false)];
        for (int i = 0; i < doubtful.Length; i++)
        {
            predictions[doubtful[i]] = Choose(predictions[doubtful[i]], predictions[others.Count + i]);
        }

        return predictions.AsSpan(0, others.Count).ToArray();
    }

    /// <summary>Of two readings of a picture the one that the model finds more like a digit; where it has no word on that, the one of which it is surer.</summary>
    /// <param name="first">The reading without straight lines.</param>
    /// <param name="withLines">The reading in which they are strokes.</param>
    internal static DigitPrediction Choose(DigitPrediction first, DigitPrediction withLines) =>
        (first.DigitScore, withLines.DigitScore) is ({ } score, { } scoreWithLines)
            ? scoreWithLines * withLines.Confidence >= LeastOfOther * score * first.Confidence ? withLines : first
            : withLines.Confidence > first.Confidence ? withLines : first;
}
