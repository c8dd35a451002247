using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace DigitFunctions.Core.Prediction;

/// <summary>Asks a KServe predictor, one call a batch.</summary>
/// <remarks>
/// Safe for many calls at once. A call that fails for a passing reason is repeated; after many failures the predictor is left alone for a while.
/// The caller's <c>traceparent</c> goes along by <see cref="System.Diagnostics.Activity.Current"/>.
/// </remarks>
public sealed class KServeDigitPredictor : IDigitPredictor, IDisposable
{
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestConnect = TimeSpan.FromSeconds(15);

    private readonly PredictionOptions _options;
    private readonly TimeProvider _time;
    private readonly string _model;
    private readonly Uri _predictUrl;
    private readonly Uri _readyUrl;
    private readonly HttpClient _client;
    private readonly ResiliencePipeline<DigitPrediction[]> _pipeline;

    /// <summary>Opens no connection yet.</summary>
    /// <param name="options">Valid settings with a <see cref="PredictionOptions.Url"/>.</param>
    /// <param name="hasFallback">Whether another predictor answers when this one fails: then no call is repeated.</param>
    /// <param name="time">The clock of time-outs, waits and rests.</param>
    /// <param name="logger">Is told of repetitions and rests.</param>
    public KServeDigitPredictor(PredictionOptions options, bool hasFallback, TimeProvider time, ILogger<KServeDigitPredictor> logger)
    {
        _options = options;
        _time = time;
        _model = $"kserve:{options.ModelName}";
        Uri server = new(options.Url!.TrimEnd('/') + "/");
        bool v1 = options.Protocol == KServeProtocol.V1;
        _predictUrl = new Uri(server, v1 ? KServeV1Protocol.PredictPath(options.ModelName) : KServeV2Protocol.PredictPath(options.ModelName));
        _readyUrl = new Uri(server, v1 ? KServeV1Protocol.ReadyPath(options.ModelName) : KServeV2Protocol.ReadyPath(options.ModelName));
        _pipeline = KServeResilience.Build(options, hasFallback, _model, time, logger);
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = LongestConnect,

            // A new address of the predictor is found within this time.
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        })
        {
            // The pipeline's time-out runs on the injected clock.
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken)
    {
        int pictures = PlausiblePrediction.CountPictures(tensors);
        if (pictures == 0)
        {
            return [];
        }

        // Given back only when the first try succeeds: the connection of one that was given up may still read the body, and must not read another's.
        PooledBytes body = new(512 + tensors.Length * 4);
        if (_options.Protocol == KServeProtocol.V1)
        {
            KServeV1Protocol.WriteBody(body, tensors.Span);
        }
        else
        {
            KServeV2Protocol.WriteBody(body, _options.InputName, tensors.Span);
        }

        int tries = 0;
        try
        {
            DigitPrediction[] predictions = await _pipeline.ExecuteAsync(
                async token =>
                {
                    tries++;
                    return await CallAsync(body.Written, pictures, token);
                },
                cancellationToken);
            if (tries == 1)
            {
                body.Dispose();
            }

            return predictions;
        }
        catch (TimeoutRejectedException error)
        {
            throw new PredictorUnavailableException(
                $"The predictor {_model} at {_predictUrl} did not answer within {Seconds(_options.Timeout)} s (Prediction__Timeout).", error);
        }
        catch (BrokenCircuitException error)
        {
            TimeSpan rest = error.RetryAfter ?? _options.BreakDuration;
            throw new PredictorUnavailableException(
                $"The predictor {_model} at {_predictUrl} failed too often and is left alone for {Seconds(rest)} s; its last failure: {error.InnerException?.Message ?? "unknown"}",
                error)
            {
                RetryAfter = rest,
            };
        }
    }

    /// <inheritdoc/>
    public async Task<string> CheckAsync(CancellationToken cancellationToken)
    {
        TimeSpan limit = _options.Timeout < LongestCheck ? _options.Timeout : LongestCheck;
        using CancellationTokenSource timeout = new(limit, _time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using PooledBytes reply = await SendAsync(HttpMethod.Get, _readyUrl, null, KServeReply.LimitFor(0), either.Token);
            return _options.Protocol == KServeProtocol.V2 || KServeV1Protocol.SaysReady(reply.Written, _model)
                ? $"{_model} is ready at {_readyUrl}"
                : throw new PredictorUnavailableException($"The predictor {_model} at {_readyUrl} is not ready: {KServeJson.ErrorText(reply.Written)}");
        }
        catch (ImplausiblePredictionException error)
        {
            throw new PredictorUnavailableException(error.Message, error);
        }
        catch (OperationCanceledException error) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PredictorUnavailableException($"The predictor {_model} at {_readyUrl} did not answer within {Seconds(limit)} s.", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);

    private async Task<DigitPrediction[]> CallAsync(ReadOnlyMemory<byte> body, int pictures, CancellationToken cancellationToken)
    {
        ReadOnlyMemoryContent content = new(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(KServeV1Protocol.ContentType);
        using PooledBytes reply = await SendAsync(HttpMethod.Post, _predictUrl, content, KServeReply.LimitFor(pictures), cancellationToken);
        return _options.Protocol == KServeProtocol.V1
            ? KServeV1Protocol.ParseReply(reply.Written, pictures, _options.Scores, _model)
            : KServeV2Protocol.ParseReply(reply.Written, pictures, _options.Scores, _model);
    }

    private async Task<PooledBytes> SendAsync(HttpMethod method, Uri url, HttpContent? content, int limit, CancellationToken cancellationToken)
    {
        using HttpRequestMessage request = new(method, url) { Content = content };
        request.Headers.Host = string.IsNullOrEmpty(_options.HostHeader) ? null : _options.HostHeader;
        request.Headers.Accept.ParseAdd(KServeV1Protocol.ContentType);
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return response.StatusCode == HttpStatusCode.OK
                ? await KServeReply.ReadAsync(response, limit, _model, cancellationToken)
                : throw await KServeReply.ReadFailureAsync(response, $"The predictor {_model} at {url}", _time, cancellationToken);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            // Without this token's doing, a cancellation is the connection's own time-out.
            cancellationToken.ThrowIfCancellationRequested();
            throw new PredictorUnavailableException($"The predictor {_model} at {url} cannot be reached: {error.Message}", error);
        }
    }
}
