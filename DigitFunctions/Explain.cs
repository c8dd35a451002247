using System.Net;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Explaining;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Prediction;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>Tells what would become of an event, or of a picture that is sent as such; nothing is written.</summary>
public sealed class Explain(Explainer explainer, IOptions<ImagingOptions> imaging)
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(Explain))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/explain")] HttpRequestData request, CancellationToken cancellationToken)
    {
        bool isPicture = EventRequest.Header(request, "Content-Type")?.StartsWith("image/", StringComparison.OrdinalIgnoreCase) == true;
        long most = isPicture ? imaging.Value.MaxBytes : EventLimits.MaxBodyBytes;
        (EventMessage? message, EventAnswer? refusal) = await EventRequest.ReadAsync(request, most, cancellationToken).ConfigureAwait(false);
        if (message is null)
        {
            return await HttpAnswers.ProblemAsync(request, refusal!.Status, refusal.Reason!, cancellationToken).ConfigureAwait(false);
        }

        EventAnswer well = new(HttpStatusCode.OK, null, []);
        try
        {
            if (isPicture)
            {
                PictureExplanation picture = await explainer.ExplainAsync(message.Body.GetValueOrDefault(), cancellationToken).ConfigureAwait(false);
                return await HttpAnswers.WriteAsync(request, well, "application/json", Answer(picture), AnswerJson.Default.PictureAnswer, cancellationToken).ConfigureAwait(false);
            }

            IReadOnlyList<RecordExplanation> records = await explainer.ExplainAsync(message, cancellationToken).ConfigureAwait(false);
            return await HttpAnswers.WriteAsync(
                request, well, "application/json", new EventExplanation([.. records.Select(Answer)]), AnswerJson.Default.EventExplanation, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            return await HttpAnswers.UnavailableAsync(request, e.Message, cancellationToken).ConfigureAwait(false);
        }
    }

    private static RecordAnswer Answer(RecordExplanation record) => new(
        record.Notice.Kind.ToString().ToLowerInvariant(), record.Notice.Bucket, record.Notice.Key, record.Notice.Remark, record.Notice.Upload?.ETag, record.ObjectETag, record.ObjectSize,
        record.Filed, record.IsFiled, record.Picture is { } picture ? Answer(picture) : null, record.Target, record.Reason);

    private static PictureAnswer Answer(PictureExplanation picture)
    {
        DigitPrediction? seen = picture.Prediction;
        return new PictureAnswer(
            picture.Profile.ToString(), [.. picture.Rows.Select(row => row.Select(value => (int)value).ToArray())], picture.HoldsSeveral, picture.HasOtherReading,
            seen?.Digit, seen?.Confidence, seen?.DigitScore, seen?.Scores, seen?.Model, picture.Place, picture.Reason);
    }
}
