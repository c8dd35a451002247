using System.Net;
using DigitFunctions.Core.Page;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Tells the page what lies in the target bucket: <c>overview</c>, <c>place</c>, <c>picture</c>, <c>image</c>, <c>letter</c>.</summary>
public sealed class ShowPictures(FiledOverview overview, TargetListing listing, FiledPictures pictures, DeadLetterBox letters)
{
    private const int MostListed = 200;
    private const int DefaultNewest = 24;

    /// <summary>Handles one request.</summary>
    [Function(nameof(ShowPictures))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/page/data/{view}")] HttpRequestData request, string view, CancellationToken cancellationToken)
    {
        if (PageGuard.RefusalToRead(request) is { } refusal)
        {
            return await PageAnswers.ProblemAsync(request, HttpStatusCode.Forbidden, refusal, cancellationToken).ConfigureAwait(false);
        }

        string? key = request.Query["key"];
        Task<HttpResponseData> answer = view switch
        {
            "overview" => OverviewAsync(request, cancellationToken),
            "place" => PlaceAsync(request, cancellationToken),
            "picture" when PageColumn.TrySplit(key, out _, out _) => PictureAsync(request, key!, cancellationToken),
            "image" when PageColumn.TrySplit(key, out _, out _) => ImageAsync(request, key!, cancellationToken),
            "letter" when PageColumn.IsDeadLetter(key) => LetterAsync(request, key, cancellationToken),
            _ => PageAnswers.ProblemAsync(request, HttpStatusCode.NotFound, "There is nothing of that name for the page.", cancellationToken),
        };
        return await PageAnswers.OrUnavailableAsync(request, answer, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseData> OverviewAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        int newest = int.TryParse(request.Query["newest"], out int asked) ? Math.Clamp(asked, 1, MostListed) : DefaultNewest;
        OverviewView view = await overview.LookAsync(newest, cancellationToken).ConfigureAwait(false);
        return await PageAnswers.JsonAsync(request, view, PageJson.Default.OverviewView, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseData> PlaceAsync(HttpRequestData request, CancellationToken cancellationToken)
    {
        // The two columns of dead letters share a place.
        string? name = request.Query["name"] is PageColumn.Blocked ? PageColumn.DeadLetter : request.Query["name"];
        if (!PageColumn.All.Contains(name))
        {
            return await PageAnswers.ProblemAsync(request, HttpStatusCode.NotFound, "There is no such place.", cancellationToken).ConfigureAwait(false);
        }

        ListingPart part = await listing.ListAsync($"{name}/", request.Query["next"], MostListed, cancellationToken).ConfigureAwait(false);
        return await PageAnswers.JsonAsync(request, part, PageJson.Default.ListingPart, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseData> PictureAsync(HttpRequestData request, string key, CancellationToken cancellationToken) =>
        await pictures.ReadViewAsync(key, cancellationToken).ConfigureAwait(false) is { } picture
            ? await PageAnswers.JsonAsync(request, picture, PageJson.Default.PictureView, cancellationToken).ConfigureAwait(false)
            : await PageAnswers.ProblemAsync(request, HttpStatusCode.NotFound, "The picture is not there any more.", cancellationToken).ConfigureAwait(false);

    private async Task<HttpResponseData> ImageAsync(HttpRequestData request, string key, CancellationToken cancellationToken)
    {
        PictureKind kind = Enum.TryParse(request.Query["kind"], ignoreCase: true, out PictureKind asked) ? asked : PictureKind.Original;
        return await pictures.DrawAsync(key, kind, cancellationToken).ConfigureAwait(false) is { } drawn
            ? await PageAnswers.ImageAsync(request, drawn, cancellationToken).ConfigureAwait(false)
            : await PageAnswers.ProblemAsync(request, HttpStatusCode.NotFound, "The picture is not there any more.", cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseData> LetterAsync(HttpRequestData request, string key, CancellationToken cancellationToken) =>
        await letters.ReadAsync(key, cancellationToken).ConfigureAwait(false) is { } letter
            ? await PageAnswers.JsonAsync(request, letter, PageJson.Default.LetterView, cancellationToken).ConfigureAwait(false)
            : await PageAnswers.ProblemAsync(request, HttpStatusCode.NotFound, "There is no such dead letter any more.", cancellationToken).ConfigureAwait(false);
}
