using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Lets senders of CloudEvents webhooks know that their events are welcome.</summary>
/// <remarks>
/// CloudEvents HTTP 1.1 Web Hooks for Event Delivery, section 4. Whoever holds the function key may send, at any rate: the handshake
/// protects targets that never asked for events, it lets nobody in.
/// </remarks>
public sealed partial class WebhookHandshake
{
    /// <summary>Answers one validation request.</summary>
    [Function(nameof(WebhookHandshake))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "options", Route = "api/events")] HttpRequestData request, CancellationToken cancellationToken)
    {
        string? origin = EventRequest.Header(request, "WebHook-Request-Origin");
        if (origin is not null && !DnsName().IsMatch(origin))
        {
            return await HttpAnswers.ProblemAsync(
                request, HttpStatusCode.BadRequest, "WebHook-Request-Origin must be a DNS name, such as eventemitter.example.com.", cancellationToken).ConfigureAwait(false);
        }

        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.Add("Allow", "POST, OPTIONS");
        if (origin is not null)
        {
            response.Headers.Add("WebHook-Allowed-Origin", origin);
            response.Headers.Add("WebHook-Allowed-Rate", "*");
        }

        return response;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9_*.:/-]{1,253}\z")]
    private static partial Regex DnsName();
}
