using DigitFunctions.Core.Observability;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Tells probes whether the buckets can be reached, the model is ready and Kafka is read, and if not, what is wrong.</summary>
public sealed class Health(AppHealth health)
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(Health))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", Route = "api/health")] HttpRequestData request, CancellationToken cancellationToken) =>
        await HttpAnswers.HealthAsync(
            request, await health.CheckAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
}
