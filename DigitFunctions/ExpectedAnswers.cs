using System.Diagnostics;
using DigitFunctions.Core.Prediction;
using Microsoft.Extensions.Options;
using OpenTelemetry;

namespace DigitFunctions;

/// <summary>Takes the mark of an error from calls of S3 that were answered "not there" (404) or "not so" (412): to the functions those are answers, asked for in every move.</summary>
/// <remarks>The predictor's stay errors.</remarks>
internal sealed class ExpectedAnswers(IOptions<PredictionOptions> prediction) : BaseProcessor<Activity>
{
    private readonly Uri? _predictor = Uri.TryCreate(prediction.Value.Url, UriKind.Absolute, out Uri? url) ? url : null;

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (data.Status == ActivityStatusCode.Error && data.GetTagItem("http.response.status_code") is 404 or 412 && !IsPredictors(data))
        {
            data.SetStatus(ActivityStatusCode.Unset).SetTag("error.type", null);
        }
    }

    private bool IsPredictors(Activity call) =>
        _predictor is { } predictor && call.GetTagItem("server.address") as string == predictor.Host && call.GetTagItem("server.port") is int port && port == predictor.Port;
}
