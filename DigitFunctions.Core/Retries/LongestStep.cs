using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Retries;

/// <summary>How long the longest step of an invocation may take: one call of the S3 server, or of the predictor with its repetitions.</summary>
public sealed class LongestStep(IOptions<S3Options> s3, IOptions<PredictionOptions> prediction)
{
    /// <summary>The time.</summary>
    public TimeSpan Value => prediction.Value.LongestCall() is var call && call > s3.Value.Timeout ? call : s3.Value.Timeout;
}
