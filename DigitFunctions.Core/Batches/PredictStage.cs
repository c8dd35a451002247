using DigitFunctions.Core.Images;
using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Core.Batches;

/// <summary>Predicts the digits of pictures that are read.</summary>
public sealed class PredictStage(IDigitPredictor predictor, TimeProvider time)
{
    /// <summary>Makes one call for all readable pictures of the part; where the predictor refuses it, one each.</summary>
    /// <param name="batch">The invocation.</param>
    /// <param name="part">The uploads.</param>
    /// <param name="tensors">784 floats for each of them, those of readable pictures filled; those move to the front.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    internal async Task PredictAsync(Batch batch, UploadWork[] part, float[] tensors, CancellationToken cancellationToken)
    {
        var readable = new List<UploadWork>(part.Length);
        for (int i = 0; i < part.Length; i++)
        {
            if (!part[i].IsOver && part[i].Unreadable is null)
            {
                ImageTransform.TensorOf(tensors, i).CopyTo(ImageTransform.TensorOf(tensors, readable.Count));
                readable.Add(part[i]);
            }
        }

        if (readable.Count == 0)
        {
            return;
        }

        long start = time.GetTimestamp();
        float[]?[] others = [.. readable.Select(work => work.Picture.OtherReading)];
        Memory<float> filled = tensors.AsMemory(0, readable.Count * ImageTransform.TensorLength);
        using Telemetry.Stage span = Telemetry.Begin("predict", readable);
        try
        {
            IReadOnlyList<DigitPrediction> predictions = await batch.Retries.RunAsync(
                "Predict", $"{readable.Count} pictures", ct => DoubtfulPictures.PredictAsync(predictor, filled, others, ct), cancellationToken).ConfigureAwait(false);
            for (int i = 0; i < readable.Count; i++)
            {
                readable[i].Prediction = predictions[i];
                readable[i].PredictTime = time.GetElapsedTime(start);
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            span.Fail(e);
            bool answersOthers = e is ImplausiblePredictionException or PredictorRefusedException
                && await PredictEachAsync(readable, filled, cancellationToken).ConfigureAwait(false);
            foreach (UploadWork work in readable.Where(work => work.Prediction is null))
            {
                work.IsOwnFault = answersOthers;
                Batch.Fail(work, e);
            }
        }
    }

    /// <summary>Finds the pictures for whose sake the predictor refuses a call, or answers what cannot be true: the others are not to wait for them.</summary>
    /// <returns>Whether it answers for any picture at all; then what has no prediction is at fault itself.</returns>
    private async Task<bool> PredictEachAsync(List<UploadWork> works, Memory<float> tensors, CancellationToken cancellationToken)
    {
        for (int i = 0; works.Count > 1 && i < works.Count; i++)
        {
            works[i].Prediction = await TryAsync(tensors.Slice(i * ImageTransform.TensorLength, ImageTransform.TensorLength)).ConfigureAwait(false);
        }

        // A blank picture is a probe as good as another.
        return works.Exists(work => work.Prediction is not null)
            || await TryAsync(new float[ImageTransform.TensorLength]).ConfigureAwait(false) is not null;

        async Task<DigitPrediction?> TryAsync(ReadOnlyMemory<float> tensor)
        {
            try
            {
                return (await predictor.PredictAsync(tensor, cancellationToken).ConfigureAwait(false))[0];
            }
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
            {
                return null;
            }
        }
    }
}
