using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Serves the page's own files: HTML, style and scripts, nothing of any bucket. The browser asks <see cref="ShowPictures"/> for those, with the function key.</summary>
public sealed class ShowPage
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(ShowPage))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/page/{file?}")] HttpRequestData request, string? file, CancellationToken cancellationToken) =>
        await PageFiles.AnswerAsync(request, file, cancellationToken).ConfigureAwait(false);
}
