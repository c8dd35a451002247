using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Explaining;

/// <summary>Tells what would become of an event or a picture, step by step, by the pipeline's own parts. It reads only: nothing is written, claimed, moved or removed.</summary>
public sealed class Explainer(
    PictureStore store, FilingClaims claims, IDigitPredictor predictor, IOptions<ImagingOptions> imaging, IOptions<SortingOptions> sorting)
{
    /// <summary>Records of one event that are explained; each may cost a read and a prediction.</summary>
    public const int MostRecords = 20;

    /// <summary>Explains an event.</summary>
    /// <param name="message">The event as it came.</param>
    /// <param name="cancellationToken">Stops between two calls.</param>
    /// <returns>An explanation of each of its first <see cref="MostRecords"/> records.</returns>
    /// <exception cref="StoreRefusedException">The server refuses a call.</exception>
    /// <exception cref="Amazon.S3.AmazonS3Exception">The server failed.</exception>
    public async Task<EventExplanation> ExplainAsync(EventMessage message, CancellationToken cancellationToken)
    {
        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(message);
        List<RecordExplanation> explanations = [];
        foreach (UploadNotice notice in notices.Take(MostRecords))
        {
            explanations.Add(await ExplainAsync(notice, message.Origin, cancellationToken).ConfigureAwait(false));
        }

        return new EventExplanation(explanations, notices.Count - explanations.Count);
    }

    /// <summary>Explains a picture: what the model sees of it, what it says, and where such a picture goes.</summary>
    /// <param name="picture">The file's bytes.</param>
    /// <param name="cancellationToken">Stops the prediction.</param>
    public async Task<PictureExplanation> ExplainAsync(ReadOnlyMemory<byte> picture, CancellationToken cancellationToken)
    {
        float[] tensor = new float[ImageTransform.TensorLength];
        TransformedPicture seen;
        try
        {
            seen = await ImageTransform.TransformAsync(picture, imaging.Value, tensor, cancellationToken).ConfigureAwait(false);
        }
        catch (UnreadablePictureException e)
        {
            return PictureExplanation.Unreadable(imaging.Value.Profile, e.Message);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            return new PictureExplanation(imaging.Value.Profile)
            {
                Reason = $"The decoder has a fault that these bytes meet ({e.GetType().Name}: {e.Message}): the event is kept as a dead letter, the picture stays where it is.",
            };
        }

        var explanation = new PictureExplanation(imaging.Value.Profile) { Rows = Rows(tensor), HoldsSeveral = seen.HoldsSeveral, HasOtherReading = seen.OtherReading is not null };
        try
        {
            DigitPrediction prediction = (await DoubtfulPictures.PredictAsync(predictor, tensor, [seen.OtherReading], cancellationToken).ConfigureAwait(false))[0];
            string? review = ReviewReason.Find(seen, prediction, sorting.Value);
            return explanation with { Prediction = prediction, Place = FilingPlace.Of(prediction, review, sorting.Value.MinConfidence), Reason = review ?? WhyDoubtful(prediction) };
        }
        catch (Exception e) when (e is PredictorUnavailableException or PredictorRefusedException or ImplausiblePredictionException)
        {
            return explanation with { Reason = e.Message };
        }
    }

    private async Task<RecordExplanation> ExplainAsync(UploadNotice notice, KafkaOrigin? origin, CancellationToken cancellationToken)
    {
        var explanation = new RecordExplanation(notice, notice.Reason);
        if (notice.Upload is not { } upload)
        {
            return explanation;
        }

        if (!sorting.Value.SourceBuckets.Contains(upload.Bucket))
        {
            return explanation with { Reason = $"The bucket {upload.Bucket} is not among Sorting__SourceBuckets: the event is skipped." };
        }

        SourcePicture? source = await store.ReadAsync(upload, cancellationToken).ConfigureAwait(false);
        FiledState filed = await store.FindFiledAsync(source is null ? upload : upload with { ETag = source.ETag }, cancellationToken).ConfigureAwait(false);
        explanation = explanation with { Filed = filed.Key, IsFiled = filed.Status == OutcomeStatus.AlreadySorted };
        if (source is null)
        {
            return explanation with { Reason = ReadStage.ReasonOf(filed) };
        }

        PictureExplanation picture = source.Content is { } content
            ? await ExplainAsync(content, cancellationToken).ConfigureAwait(false)
            : PictureExplanation.Unreadable(imaging.Value.Profile, ReadStage.TooLarge(source, imaging.Value));
        explanation = explanation with { ObjectETag = source.ETag, ObjectSize = source.Size, Picture = picture };
        if (explanation.IsFiled)
        {
            return explanation with { Reason = MoveStage.AlreadyFiled };
        }

        if (!PictureMove.CanMove(source))
        {
            return explanation with { Reason = MoveStage.TooLargeToMove };
        }

        string? reason = upload.ETag is { } announced && announced != source.ETag ? "The object is newer than its event: it is sorted as it stands." : null;
        string? target = picture.Place is { } place ? place + sorting.Value.PathOf(upload) : null;
        if (target is not null && await claims.FindAsync(new FilingClaim(upload.Bucket, upload.Key, source.ETag, target, [], FilingClaim.OfNoOffset), origin, cancellationToken).ConfigureAwait(false) is { } claim
            && claim.Target != target)
        {
            (target, reason) = (claim.Target, "An earlier worker, which did not finish, has said that it goes there; so that is where it goes.");
        }

        return explanation with { TargetBucket = target is null ? null : sorting.Value.TargetBucket, Target = target, Reason = reason };
    }

    private string? WhyDoubtful(DigitPrediction prediction) => prediction.Confidence < sorting.Value.MinConfidence ? "The confidence is below Sorting__MinConfidence." : null;

    private static byte[][] Rows(float[] tensor) =>
        [.. Enumerable.Range(0, ImageTransform.Side).Select(row => tensor.AsSpan(row * ImageTransform.Side, ImageTransform.Side).ToArray().Select(value => (byte)MathF.Round(value * 255)).ToArray())];
}
