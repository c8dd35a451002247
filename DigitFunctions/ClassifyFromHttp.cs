using DigitFunctions.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>The HTTP function: sorts the pictures that one event, or a batch of CloudEvents, announces.</summary>
public sealed class ClassifyFromHttp(DigitPipeline pipeline)
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(ClassifyFromHttp))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/events")] HttpRequestData request, CancellationToken cancellationToken)
    {
        EventAnswer answer = await EventRequest.HandleAsync(request, pipeline, cancellationToken).ConfigureAwait(false);
        return await HttpAnswers.OutcomesAsync(request, answer, cancellationToken).ConfigureAwait(false);
    }
}
