using System.Net;
using DigitFunctions.Core.Observability;
using DigitFunctions.Core.Prediction;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>Says whether the model is ready, as KServe's V1 protocol has it.</summary>
public sealed class ModelReady(AppHealth health, IOptions<PredictionOptions> prediction)
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(ModelReady))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "v1/models/{model}")] HttpRequestData request, string model, CancellationToken cancellationToken)
    {
        if (model != prediction.Value.ModelName)
        {
            EventAnswer unknown = new(HttpStatusCode.NotFound, KServeAnswers.UnknownModel(model, prediction.Value.ModelName), []);
            return await KServeAnswers.ErrorAsync(request, unknown, cancellationToken).ConfigureAwait(false);
        }

        HealthFinding found = await health.CheckPredictorAsync(cancellationToken).ConfigureAwait(false);
        return found.Healthy
            ? await KServeAnswers.ReadyAsync(request, model, cancellationToken).ConfigureAwait(false)
            : await KServeAnswers.ErrorAsync(
                request, new EventAnswer(HttpStatusCode.ServiceUnavailable, $"Model with name {model} is not ready. {found.Detail}", []), cancellationToken).ConfigureAwait(false);
    }
}
