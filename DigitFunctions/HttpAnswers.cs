using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using DigitFunctions.Core.Observability;
using Microsoft.Azure.Functions.Worker.Http;
using static System.Text.Json.JsonSerializer;

namespace DigitFunctions;

/// <summary>Writes what the HTTP functions answer: outcomes, or problem details (RFC 9457) that hold the outcomes as well.</summary>
internal static class HttpAnswers
{
    // A header that a proxy drops tells nobody anything; the body has the reason whole.
    private const int LongestReason = 500;

    /// <summary>Answers with what became of each upload.</summary>
    public static Task<HttpResponseData> OutcomesAsync(HttpRequestData request, EventAnswer answer, CancellationToken cancellationToken) =>
        answer.IsFault
            ? WriteProblemAsync(request, answer, new ProblemAnswer(TitleOf(answer.Status), (int)answer.Status, answer.Reason) { Outcomes = answer.Outcomes }, cancellationToken)
            : WriteAsync(request, answer, "application/json", new OutcomesAnswer(answer.Outcomes), AnswerJson.Default.OutcomesAnswer, cancellationToken);

    /// <summary>Answers with problem details alone.</summary>
    public static Task<HttpResponseData> ProblemAsync(HttpRequestData request, HttpStatusCode status, string reason, CancellationToken cancellationToken) =>
        WriteProblemAsync(request, new EventAnswer(status, reason, []), new ProblemAnswer(TitleOf(status), (int)status, reason), cancellationToken);

    /// <summary>Answers 503: the same request may succeed later.</summary>
    public static Task<HttpResponseData> UnavailableAsync(HttpRequestData request, string reason, CancellationToken cancellationToken, ReconcileAnswer? reconciled = null)
    {
        EventAnswer answer = new(HttpStatusCode.ServiceUnavailable, reason, []) { RetryAfter = TimeSpan.FromSeconds(10) };
        return WriteProblemAsync(request, answer, new ProblemAnswer(TitleOf(answer.Status), (int)answer.Status, reason) { Reconciled = reconciled }, cancellationToken);
    }

    /// <summary>Answers 200 where all is well, else 503 with what is wrong.</summary>
    public static Task<HttpResponseData> HealthAsync(HttpRequestData request, IReadOnlyList<HealthFinding> findings, CancellationToken cancellationToken)
    {
        if (findings.All(finding => finding.Healthy))
        {
            EventAnswer well = new(HttpStatusCode.OK, null, []);
            return WriteAsync(request, well, "application/json", new HealthAnswer("healthy", findings), AnswerJson.Default.HealthAnswer, cancellationToken);
        }

        string reason = string.Join(' ', findings.Where(finding => !finding.Healthy).Select(finding => $"{finding.Name}: {finding.Detail}"));
        EventAnswer ill = new(HttpStatusCode.ServiceUnavailable, reason, []) { RetryAfter = TimeSpan.FromSeconds(5) };
        return WriteProblemAsync(request, ill, new ProblemAnswer("Not healthy", (int)ill.Status, reason) { Checks = findings }, cancellationToken);
    }

    /// <summary>Writes an answer's body, and its fault as headers where it has one.</summary>
    public static async Task<HttpResponseData> WriteAsync<T>(
        HttpRequestData request, EventAnswer answer, string contentType, T body, JsonTypeInfo<T> json, CancellationToken cancellationToken)
    {
        HttpResponseData response = request.CreateResponse(answer.Status);
        response.Headers.Add("Content-Type", contentType);
        if (answer.RetryAfter is { } wait)
        {
            response.Headers.Add("Retry-After", Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
        }

        if (answer.Reason is { } reason)
        {
            // Knative copies Kne-* headers into the dead letter that it makes of the event.
            response.Headers.Add("Kne-Reason", OneLine(reason));
        }

        await SerializeAsync(response.Body, body, json, cancellationToken).ConfigureAwait(false);
        return response;
    }

    /// <summary>A text as a header may hold it: visible ASCII and single spaces, and not too long.</summary>
    internal static string OneLine(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, LongestReason));
        foreach (Rune rune in text.EnumerateRunes())
        {
            char visible = Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) ? ' ' : rune.IsAscii ? (char)rune.Value : '?';
            if (visible != ' ' || (line.Length > 0 && line[^1] != ' '))
            {
                line.Append(visible);
            }

            if (line.Length == LongestReason)
            {
                return line.Remove(LongestReason - 3, 3).Append("...").ToString();
            }
        }

        return line.ToString().TrimEnd();
    }

    private static Task<HttpResponseData> WriteProblemAsync(
        HttpRequestData request, EventAnswer answer, ProblemAnswer problem, CancellationToken cancellationToken) =>
        WriteAsync(request, answer, "application/problem+json", problem, AnswerJson.Default.ProblemAnswer, cancellationToken);

    private static string TitleOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "The request cannot be read",
        HttpStatusCode.RequestEntityTooLarge => "The event is too large",
        HttpStatusCode.UnsupportedMediaType => "The event's format is not supported",
        HttpStatusCode.UnprocessableEntity => "The picture or its key cannot be used",
        _ => "Try again later",
    };
}
