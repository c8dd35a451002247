using System.Net;
using DigitFunctions.Core;
using DigitFunctions.Core.Prediction;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>The HTTP function for a Knative KafkaSource that was set up for KServe's sample: takes the same events as <see cref="ClassifyFromHttp"/> and answers as the InferenceService did.</summary>
public sealed class PredictFromEvent(DigitPipeline pipeline, IOptions<PredictionOptions> prediction, TimeProvider time)
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(PredictFromEvent))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "v1/models/{model}:predict")] HttpRequestData request, string model, CancellationToken cancellationToken)
    {
        if (model != prediction.Value.ModelName)
        {
            // Not 404, as KServe says: Knative repeats that, and the name will not change by itself.
            EventAnswer unknown = new(HttpStatusCode.BadRequest, KServeAnswers.UnknownModel(model, prediction.Value.ModelName), []);
            return await KServeAnswers.ErrorAsync(request, unknown, cancellationToken).ConfigureAwait(false);
        }

        EventAnswer answer = await EventRequest.HandleAsync(request, pipeline, cancellationToken).ConfigureAwait(false);
        return answer.IsFault
            ? await KServeAnswers.ErrorAsync(request, answer, cancellationToken).ConfigureAwait(false)
            : await KServeAnswers.PredictionsAsync(request, model, answer, time.GetUtcNow(), cancellationToken).ConfigureAwait(false);
    }
}
