using Amazon.S3.Model;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Page;

/// <summary>Shows filed pictures: as PNG, and with all that is known of them. A few are read at a time, however many are asked for.</summary>
public sealed class FiledPictures(
    PictureStore store, IDigitPredictor predictor, IOptions<SortingOptions> sorting, IOptions<ImagingOptions> imaging) : IDisposable
{
    private const int ThumbnailSide = 96;
    private const int LargestSide = 1024;
    private const int MostAtOnce = 4;

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>Draws a picture.</summary>
    /// <param name="key">Its key in the target bucket.</param>
    /// <param name="kind">How.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns><see langword="null"/> where there is no such picture.</returns>
    /// <exception cref="UnreadablePictureException">It is none, and nothing of it is shown.</exception>
    public async Task<DrawnPicture?> DrawAsync(string key, PictureKind kind, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await ReadAsync(key, cancellationToken).ConfigureAwait(false) is not { } source)
            {
                return null;
            }

            PictureLabelsView labels = PictureLabelsView.Of(source.Metadata);
            try
            {
                return new DrawnPicture(await DrawAsync(source, kind, cancellationToken).ConfigureAwait(false), labels, null);
            }
            catch (UnreadablePictureException e)
            {
                return new DrawnPicture(null, labels, e.Message);
            }
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Tells what is known of a picture, and asks the model once more, so that its ten scores can be seen.</summary>
    /// <param name="key">Its key in the target bucket.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns><see langword="null"/> where there is no such picture.</returns>
    public async Task<PictureView?> ReadViewAsync(string key, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await ReadAsync(key, cancellationToken).ConfigureAwait(false) is not { } source)
            {
                return null;
            }

            var view = new PictureView(key, source.ETag, source.Size, source.LastModified, PictureLabelsView.Of(source.Metadata));
            try
            {
                float[] tensor = await TensorAsync(source, cancellationToken).ConfigureAwait(false);
                DigitPrediction seen = (await predictor.PredictAsync(tensor, cancellationToken).ConfigureAwait(false))[0];
                return view with { Scores = seen.Scores, ScoresOf = seen.Model };
            }
            catch (Exception e) when (e is UnreadablePictureException or PredictorUnavailableException or PredictorRefusedException or ImplausiblePredictionException)
            {
                return view with { NoScores = e.Message };
            }
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private Task<SourcePicture?> ReadAsync(string key, CancellationToken cancellationToken) =>
        store.ReadAsync(new Upload(sorting.Value.TargetBucket, key), cancellationToken);

    private async Task<byte[]> DrawAsync(SourcePicture source, PictureKind kind, CancellationToken cancellationToken) => kind == PictureKind.Model
        ? PicturePng.Render(await TensorAsync(source, cancellationToken).ConfigureAwait(false))
        : await PicturePng.RenderAsync(ContentOf(source), imaging.Value, kind == PictureKind.Thumbnail ? ThumbnailSide : LargestSide, cancellationToken).ConfigureAwait(false);

    private async Task<float[]> TensorAsync(SourcePicture source, CancellationToken cancellationToken)
    {
        float[] tensor = new float[ImageTransform.TensorLength];
        await ImageTransform.TransformAsync(ContentOf(source), imaging.Value, tensor, cancellationToken).ConfigureAwait(false);
        return tensor;
    }

    private byte[] ContentOf(SourcePicture source) => source.Content
        ?? throw new UnreadablePictureException(ReadStage.TooLarge(source, imaging.Value));
}

/// <summary>How a picture is drawn.</summary>
public enum PictureKind
{
    /// <summary>Small, for the overview.</summary>
    Thumbnail,

    /// <summary>As it was uploaded, as far as a screen can show it.</summary>
    Original,

    /// <summary>The 28×28 pixels that the model sees.</summary>
    Model,
}

/// <summary>A picture as PNG.</summary>
/// <param name="Png">The file; <see langword="null"/> where it cannot be drawn.</param>
/// <param name="Labels">What its metadata says.</param>
/// <param name="Fault">Why it cannot be drawn.</param>
public sealed record DrawnPicture(byte[]? Png, PictureLabelsView Labels, string? Fault);

/// <summary>All that is known of a filed picture.</summary>
/// <param name="Key">Its key in the target bucket.</param>
/// <param name="ETag">Its eTag without quotes.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Filed">When it was filed.</param>
/// <param name="Labels">What its metadata says.</param>
public sealed record PictureView(string Key, string ETag, long Size, DateTimeOffset Filed, PictureLabelsView Labels)
{
    /// <summary>Ten probabilities, one a digit, as the model gives them now; empty where it gives the digit alone.</summary>
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary>Which model gave them: it may be another one than that which filed the picture.</summary>
    public string? ScoresOf { get; init; }

    /// <summary>Why there are no scores.</summary>
    public string? NoScores { get; init; }
}

/// <summary>What a filed picture's metadata says of it. All of it may be anybody's words.</summary>
public sealed record PictureLabelsView
{
    /// <summary>The digit that the model saw.</summary>
    public string? Digit { get; init; }

    /// <summary>How sure it was.</summary>
    public string? Confidence { get; init; }

    /// <summary>Which model it was.</summary>
    public string? Model { get; init; }

    /// <summary>Why it is no picture of a digit.</summary>
    public string? Reason { get; init; }

    /// <summary>Bucket and key that it was uploaded to.</summary>
    public string? Source { get; init; }

    /// <summary>When it was uploaded.</summary>
    public string? SourceModified { get; init; }

    /// <summary>Topic, partition and offset of its event.</summary>
    public string? Event { get; init; }

    /// <summary>The trace of its event.</summary>
    public string? Trace { get; init; }

    /// <summary>When a person decided.</summary>
    public string? Reviewed { get; init; }

    /// <summary>The places that decisions took it from, the last first.</summary>
    public string? Was { get; init; }

    /// <summary>Who decided.</summary>
    public string? By { get; init; }

    internal static PictureLabelsView Of(MetadataCollection metadata) => new()
    {
        Digit = metadata[PictureLabels.Digit],
        Confidence = metadata[PictureLabels.Confidence],
        Model = metadata[PictureLabels.Model],
        Reason = metadata[PictureLabels.Reason],
        Source = metadata[PictureLabels.Source],
        SourceModified = metadata[PictureLabels.SourceModified],
        Event = metadata[PictureLabels.Event],
        Trace = metadata[PictureLabels.Trace],
        Reviewed = metadata[PictureLabels.Reviewed],
        Was = metadata[PictureLabels.Was],
        By = metadata[PictureLabels.By],
    };
}
