using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using DigitFunctions.Core;
using DigitFunctions.Core.Events;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Writes the HTTP door's answers: outcomes, or problem details (RFC 9457) that hold the outcomes as well.</summary>
internal static class HttpAnswers
{
    private const int RetryAfterSeconds = 10;

    /// <summary>Answers with what became of each upload: 200 where every event could be read and every picture used.</summary>
    public static Task<HttpResponseData> OutcomesAsync(
        HttpRequestData request, IReadOnlyList<UploadOutcome> outcomes, CancellationToken cancellationToken)
    {
        foreach ((HttpStatusCode status, Func<UploadOutcome, bool> applies) in Faults)
        {
            if (outcomes.FirstOrDefault(applies) is { } fault)
            {
                return ProblemAsync(request, status, fault.Reason ?? "", outcomes, cancellationToken);
            }
        }

        return WriteAsync(request, HttpStatusCode.OK, "application/json", new OutcomesAnswer(outcomes), cancellationToken);
    }

    /// <summary>Answers 503: something stayed unreachable, and the same request may succeed later.</summary>
    public static async Task<HttpResponseData> TryLaterAsync(
        HttpRequestData request, UnfinishedBatchException fault, CancellationToken cancellationToken)
    {
        HttpResponseData response = await ProblemAsync(
            request, HttpStatusCode.ServiceUnavailable, fault.Message, fault.Outcomes, cancellationToken).ConfigureAwait(false);
        response.Headers.Add("Retry-After", $"{RetryAfterSeconds}");
        return response;
    }

    /// <summary>Answers with problem details.</summary>
    public static async Task<HttpResponseData> ProblemAsync(
        HttpRequestData request, HttpStatusCode status, string detail, IReadOnlyList<UploadOutcome> outcomes, CancellationToken cancellationToken)
    {
        var problem = new ProblemAnswer("about:blank", TitleOf(status), (int)status, detail, outcomes);
        return await WriteAsync(request, status, "application/problem+json", problem, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The faults of one request, the gravest first.</summary>
    private static readonly (HttpStatusCode Status, Func<UploadOutcome, bool> Applies)[] Faults =
    [
        (HttpStatusCode.UnsupportedMediaType, outcome => outcome.Notice == NoticeKind.UnsupportedFormat),
        (HttpStatusCode.BadRequest, outcome => outcome.Notice == NoticeKind.Rejected),
        (HttpStatusCode.UnprocessableEntity, outcome => outcome.Notice == NoticeKind.Refused || outcome.Status == OutcomeStatus.Unreadable),
    ];

    private static string TitleOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.BadRequest => "The event cannot be read",
        HttpStatusCode.RequestEntityTooLarge => "The event is too large",
        HttpStatusCode.UnsupportedMediaType => "The event's format is not supported",
        HttpStatusCode.UnprocessableEntity => "The picture or its key cannot be used",
        _ => "Try again later",
    };

    private static async Task<HttpResponseData> WriteAsync<T>(
        HttpRequestData request, HttpStatusCode status, string contentType, T answer, CancellationToken cancellationToken)
    {
        HttpResponseData response = request.CreateResponse(status);
        response.Headers.Add("Content-Type", contentType);
        await JsonSerializer.SerializeAsync(response.Body, answer, typeof(T), AnswerJson.Default, cancellationToken).ConfigureAwait(false);
        return response;
    }
}

/// <summary>The body of a 200.</summary>
internal sealed record OutcomesAnswer(IReadOnlyList<UploadOutcome> Outcomes);

/// <summary>Problem details, with what became of each upload all the same.</summary>
internal sealed record ProblemAnswer(string Type, string Title, int Status, string Detail, IReadOnlyList<UploadOutcome> Outcomes);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, Converters = [typeof(OutcomeStatusConverter)])]
[JsonSerializable(typeof(OutcomesAnswer))]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class AnswerJson : JsonSerializerContext;
