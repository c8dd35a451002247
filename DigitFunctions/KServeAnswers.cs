using System.Globalization;
using System.Net;
using DigitFunctions.Core.Batches;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions;

/// <summary>Writes answers as KServe's InferenceService words them (V1 protocol): predictions, and errors as <c>{"error": "…"}</c>.</summary>
/// <remarks>It answers a CloudEvent with a CloudEvent, in the mode in which it came, and a plain body with a plain one.</remarks>
internal static class KServeAnswers
{
    private const string Type = "io.kserve.inference.response";

    /// <summary>Answers 200 with an entry for each picture that the model has seen.</summary>
    public static async Task<HttpResponseData> PredictionsAsync(
        HttpRequestData request, string model, EventAnswer answer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        KServePrediction[] seen =
        [
            .. answer.Outcomes.Where(IsSeen).Select(outcome => new KServePrediction(outcome.Predictions!, outcome.Digit!.Value)),
        ];
        KServePredictions body = new(seen, seen.Length == answer.Outcomes.Count ? null : answer.Outcomes);
        string id = Guid.NewGuid().ToString();
        string source = $"io.kserve.inference.{model}";
        if (IsStructured(request))
        {
            KServeCloudEvent reply = new("1.0", id, source, Type, now, "application/json", body);
            return await HttpAnswers.WriteAsync(
                request, answer, "application/cloudevents+json", reply, AnswerJson.Default.KServeCloudEvent, cancellationToken).ConfigureAwait(false);
        }

        HttpResponseData response = await HttpAnswers.WriteAsync(
            request, answer, "application/json", body, AnswerJson.Default.KServePredictions, cancellationToken).ConfigureAwait(false);
        if (EventRequest.Header(request, "ce-specversion") is not null)
        {
            response.Headers.Add("ce-specversion", "1.0");
            response.Headers.Add("ce-id", id);
            response.Headers.Add("ce-source", source);
            response.Headers.Add("ce-type", Type);
            response.Headers.Add("ce-time", now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        }

        return response;
    }

    /// <summary>Answers with an error.</summary>
    public static Task<HttpResponseData> ErrorAsync(HttpRequestData request, EventAnswer answer, CancellationToken cancellationToken)
    {
        KServeError error = new(answer.Reason ?? "", answer.Outcomes.Count > 0 ? answer.Outcomes : null);
        return HttpAnswers.WriteAsync(request, answer, "application/json", error, AnswerJson.Default.KServeError, cancellationToken);
    }

    /// <summary>Answers that the model is ready.</summary>
    public static Task<HttpResponseData> ReadyAsync(HttpRequestData request, string model, CancellationToken cancellationToken) =>
        HttpAnswers.WriteAsync(
            request, new EventAnswer(HttpStatusCode.OK, null, []), "application/json", new KServeModel(model, Ready: true), AnswerJson.Default.KServeModel, cancellationToken);

    /// <summary>KServe's words for a model that it does not know.</summary>
    public static string UnknownModel(string model, string known) => $"Model with name {model} does not exist. The model here is {known} (Prediction__ModelName).";

    private static bool IsSeen(UploadOutcome outcome) => outcome is { Predictions: not null, Digit: not null };

    // One CloudEvent, not a batch, which KServe does not know.
    private static bool IsStructured(HttpRequestData request) =>
        EventRequest.Header(request, "Content-Type") is { } type
        && type.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase)
        && !type.StartsWith("application/cloudevents-batch", StringComparison.OrdinalIgnoreCase);
}
