using System.Net;

namespace DigitFunctions.Core.Prediction;

/// <summary>Reads what a KServe predictor answers, never more than it may say.</summary>
internal static class KServeReply
{
    private const int MaxErrorBytes = 8 << 10;

    /// <summary>The longest reply for so many pictures, in bytes: ten scores take some 250, so this leaves room for other outputs.</summary>
    public static int LimitFor(int pictures) => checked((64 << 10) + pictures * (4 << 10));

    /// <summary>Reads a good reply.</summary>
    /// <exception cref="ImplausiblePredictionException">It is longer than the limit.</exception>
    public static async Task<PooledBytes> ReadAsync(HttpResponseMessage response, int limit, string model, CancellationToken cancellationToken)
    {
        PooledBytes body = new(16 << 10);
        if (response.Content.Headers.ContentLength <= limit || response.Content.Headers.ContentLength is null)
        {
            if (await FillAsync(response, body, limit, cancellationToken))
            {
                return body;
            }
        }

        body.Dispose();
        throw PlausiblePrediction.Implausible(model, $"more than {limit} bytes");
    }

    /// <summary>Reads a bad reply: what the server says was wrong, and whether it may pass.</summary>
    /// <param name="response">Any status but 200.</param>
    /// <param name="who">The predictor, as the message's subject.</param>
    /// <param name="time">The clock that a Retry-After date is compared with.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<Exception> ReadFailureAsync(HttpResponseMessage response, string who, TimeProvider time, CancellationToken cancellationToken)
    {
        using PooledBytes body = new(1 << 10);
        await FillAsync(response, body, MaxErrorBytes, cancellationToken);
        int status = (int)response.StatusCode;
        string said = $"{who} answered {status}: {KServeJson.ErrorText(body.Written)}";
        return status >= 500 || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests
            ? new PredictorUnavailableException(said) { RetryAfter = RetryAfter(response, time) }
            : new PredictorRefusedException($"{said} ({Hint(response)})", status);
    }

    private static string Hint(HttpResponseMessage response) => (int)response.StatusCode switch
    {
        < 400 => $"it points to {response.Headers.Location}; Prediction__Url must be the predictor itself",
        401 or 403 => "it asks for permission; Prediction__Url must be an address that answers without",
        404 => "check Prediction__Url, Prediction__ModelName, Prediction__Protocol and Prediction__HostHeader",
        _ => "check Prediction__Protocol, Prediction__InputName and whether the model takes 784 numbers a picture",
    };

    private static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider time)
    {
        TimeSpan? wait = response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date - time.GetUtcNow());
        return wait > TimeSpan.Zero ? wait : null;
    }

    private static async Task<bool> FillAsync(HttpResponseMessage response, PooledBytes body, int limit, CancellationToken cancellationToken)
    {
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        int read;
        while (body.Written.Length <= limit && (read = await stream.ReadAsync(body.GetMemory(1 << 10), cancellationToken)) > 0)
        {
            body.Advance(read);
        }

        return body.Written.Length <= limit;
    }
}
