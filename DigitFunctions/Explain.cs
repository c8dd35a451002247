using System.Net;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Explaining;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Page;
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
                return await HttpAnswers.WriteAsync(request, well, "application/json", ExplainedPicture.Of(picture), ExplanationJson.Default.ExplainedPicture, cancellationToken).ConfigureAwait(false);
            }

            EventExplanation told = await explainer.ExplainAsync(message, cancellationToken).ConfigureAwait(false);
            return await HttpAnswers.WriteAsync(request, well, "application/json", ExplainedEvent.Of(told), ExplanationJson.Default.ExplainedEvent, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (PageFault.IsOfStore(e) && !cancellationToken.IsCancellationRequested)
        {
            return await HttpAnswers.UnavailableAsync(request, e.Message, cancellationToken).ConfigureAwait(false);
        }
    }
}
