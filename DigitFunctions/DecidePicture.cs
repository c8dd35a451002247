using System.Net;
using DigitFunctions.Core.Page;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>Files a picture where a person says, or takes the last decision back. Of two people who decide at once the second is answered 409.</summary>
public sealed class DecidePicture(PictureDecisions decisions, IOptions<PageOptions> page)
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(DecidePicture))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/page/decide")] HttpRequestData request, CancellationToken cancellationToken) =>
        await PageAnswers.WriteAsync(request, PageJson.Default.DecideRequest, asked => DecideAsync(request, asked, cancellationToken), cancellationToken).ConfigureAwait(false);

    private async Task<HttpResponseData> DecideAsync(HttpRequestData request, DecideRequest? asked, CancellationToken cancellationToken)
    {
        if (asked is not { Key: { } key, ETag: { } eTag } || !PageColumn.TrySplit(key, out _, out _))
        {
            return await PageAnswers.ProblemAsync(request, HttpStatusCode.BadRequest, "The body must be {\"key\", \"eTag\", \"place\"} of a filed picture.", cancellationToken).ConfigureAwait(false);
        }

        string? by = page.Value.UserHeader is { Length: > 0 } header && EventRequest.Header(request, header) is { } user ? HttpAnswers.OneLine(user) : null;
        if (!asked.Undo && !PageColumn.TrySplit($"{asked.Place}/x", out _, out _))
        {
            return await PageAnswers.ProblemAsync(request, HttpStatusCode.BadRequest, "place must be digit-0 to digit-9, review or unreadable.", cancellationToken).ConfigureAwait(false);
        }

        Decision decision = asked.Undo
            ? await decisions.UndoAsync(key, eTag, by, cancellationToken).ConfigureAwait(false)
            : await decisions.DecideAsync(key, eTag, $"{asked.Place}/", by, cancellationToken).ConfigureAwait(false);
        return await PageAnswers.JsonAsync(request, decision, PageJson.Default.Decision, cancellationToken, StatusOf(decision)).ConfigureAwait(false);
    }

    private static HttpStatusCode StatusOf(Decision decision) => decision.Status switch
    {
        DecisionStatus.Filed => HttpStatusCode.OK,
        DecisionStatus.Refused => HttpStatusCode.UnprocessableEntity,
        _ => HttpStatusCode.Conflict,
    };
}
