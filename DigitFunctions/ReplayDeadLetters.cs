using System.Net;
using DigitFunctions.Core.Page;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Has dead letters handled again for the page, and removes those that are handled now where it is asked to.</summary>
public sealed class ReplayDeadLetters(DeadLetterBox letters)
{
    /// <summary>Handles one request.</summary>
    [Function(nameof(ReplayDeadLetters))]
    public async Task<HttpResponseData> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/page/replay")] HttpRequestData request, CancellationToken cancellationToken) =>
        await PageAnswers.WriteAsync(request, PageJson.Default.DeadLettersToReplay, asked => ReplayAsync(request, asked, cancellationToken), cancellationToken).ConfigureAwait(false);

    private async Task<HttpResponseData> ReplayAsync(HttpRequestData request, DeadLettersToReplay? asked, CancellationToken cancellationToken)
    {
        if (asked?.Keys is not { Count: > 0 and <= DeadLetterBox.MostReplayed } keys || !keys.All(PageColumn.IsDeadLetter))
        {
            return await PageAnswers.ProblemAsync(
                request, HttpStatusCode.BadRequest, $"The body must be {{\"keys\": […], \"remove\": true or false}} of 1 to {DeadLetterBox.MostReplayed} dead letters.", cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<LetterReplay> replays = await letters.ReplayAsync(keys, asked.Remove, cancellationToken).ConfigureAwait(false);
        return await PageAnswers.JsonAsync(request, new ReplayAnswer(replays), PageJson.Default.ReplayAnswer, cancellationToken).ConfigureAwait(false);
    }
}
