using System.Text.Json;
using DigitFunctions.Core.Prediction;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>A KServe predictor on loopback over a model in this process: protocols V1 and V2 (Open Inference Protocol).</summary>
/// <remarks>
/// https://kserve.github.io/website/docs/concepts/architecture/data-plane/v1-protocol and …/v2-protocol; errors as KServe's Python server
/// words them: <c>{"error": "…"}</c>, and <c>{"detail": "Not Found"}</c> for a path that it does not know.
/// </remarks>
public sealed class LocalPredictor : IAsyncDisposable
{
    private const int LongestBody = 32 << 20;
    private readonly IDigitPredictor _predictor;
    private readonly string _model;
    private readonly ILogger _logger;
    private LoopbackHost? _host;

    private LocalPredictor(IDigitPredictor predictor, string model, ILogger logger)
    {
        _predictor = predictor;
        _model = model;
        _logger = logger;
    }

    /// <summary>The URL, such as <c>http://127.0.0.1:8080/</c>.</summary>
    public Uri Url => _host!.Url;

    /// <summary>Starts a server.</summary>
    /// <param name="predictor">The model; not disposed with the server.</param>
    /// <param name="model">The model's name in paths.</param>
    /// <param name="port">The port on 127.0.0.1; 0 takes any free one.</param>
    /// <param name="portOption">What a person changes to choose another.</param>
    /// <param name="loggers">Where the server logs.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static async Task<LocalPredictor> StartAsync(
        IDigitPredictor predictor, string model, int port, string portOption, ILoggerFactory loggers, CancellationToken cancellationToken = default)
    {
        LocalPredictor server = new(predictor, model, loggers.CreateLogger<LocalPredictor>());
        server._host = await LoopbackHost.StartAsync(
            port, portOption, server.AnswerAsync, limits => limits.MaxRequestBodySize = LongestBody, loggers, cancellationToken).ConfigureAwait(false);
        return server;
    }

    /// <summary>Stops the server.</summary>
    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        try
        {
            await RouteAsync(http).ConfigureAwait(false);
        }
        catch (PredictorRequestException refusal)
        {
            await WriteAsync(http, refusal.Status, json => json.WriteString("error", refusal.Message)).ConfigureAwait(false);
        }
        catch (JsonException fault)
        {
            await WriteAsync(http, 400, json => json.WriteString("error", $"Unrecognized request format: {fault.Message}")).ConfigureAwait(false);
        }
        catch (BadHttpRequestException fault)
        {
            await WriteAsync(http, fault.StatusCode, json => json.WriteString("error", fault.Message)).ConfigureAwait(false);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception fault)
        {
            StackLog.PredictorFailed(_logger, fault);
            await WriteAsync(http, 500, json => json.WriteString("error", $"{fault.GetType().Name} : {fault.Message}")).ConfigureAwait(false);
        }
    }

    private Task RouteAsync(HttpContext http)
    {
        string[] path = (http.Request.Path.Value ?? "/").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return (http.Request.Method, path) switch
        {
            ("GET", []) => WriteAsync(http, 200, json => json.WriteString("status", "alive")),
            ("GET", ["v1", "models"]) => WriteAsync(http, 200, json =>
            {
                json.WriteStartArray("models");
                json.WriteStringValue(_model);
                json.WriteEndArray();
            }),
            ("GET", ["v1", "models", string name]) => WriteReadyAsync(http, name),
            ("POST", ["v1", "models", string verb]) when verb.EndsWith(":predict", StringComparison.Ordinal) => PredictAsync(http, verb[..^":predict".Length]),
            ("GET", ["v2"]) => WriteAsync(http, 200, PredictorV2.WriteServer),
            ("GET", ["v2", "health", "live"]) => WriteAsync(http, 200, json => json.WriteBoolean("live", true)),
            ("GET", ["v2", "health", "ready"]) => WriteAsync(http, 200, json => json.WriteBoolean("ready", true)),
            ("GET", ["v2", "models", string name]) => WriteMetadataAsync(http, name),
            ("GET", ["v2", "models", string name, "ready"]) => WriteReadyAsync(http, name),
            ("POST", ["v2", "models", string name, "infer"]) => InferAsync(http, name),
            _ => WriteAsync(http, 404, json => json.WriteString("detail", "Not Found")),
        };
    }

    private async Task PredictAsync(HttpContext http, string name)
    {
        CheckName(name);
        using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted).ConfigureAwait(false);
        float[] tensors = PredictorV1.ReadInstances(body.RootElement);
        IReadOnlyList<DigitPrediction> predictions = await _predictor.PredictAsync(tensors, http.RequestAborted).ConfigureAwait(false);
        await WriteAsync(http, 200, json => PredictorV1.WritePredictions(json, predictions)).ConfigureAwait(false);
    }

    private async Task InferAsync(HttpContext http, string name)
    {
        CheckName(name);
        using JsonDocument body = await JsonDocument.ParseAsync(http.Request.Body, default, http.RequestAborted).ConfigureAwait(false);
        float[] tensors = PredictorV2.ReadInput(body.RootElement);
        IReadOnlyList<DigitPrediction> predictions = await _predictor.PredictAsync(tensors, http.RequestAborted).ConfigureAwait(false);
        await WriteAsync(http, 200, json => PredictorV2.WriteOutputs(json, _model, body.RootElement, predictions)).ConfigureAwait(false);
    }

    private Task WriteReadyAsync(HttpContext http, string name)
    {
        CheckName(name);
        return WriteAsync(http, 200, json =>
        {
            json.WriteString("name", name);
            json.WriteBoolean("ready", true);
        });
    }

    private Task WriteMetadataAsync(HttpContext http, string name)
    {
        CheckName(name);
        return WriteAsync(http, 200, json => PredictorV2.WriteModel(json, name));
    }

    private void CheckName(string name)
    {
        if (name != _model)
        {
            throw new PredictorRequestException(404, $"Model with name {name} does not exist.");
        }
    }

    private static async Task WriteAsync(HttpContext http, int status, Action<Utf8JsonWriter> members)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        MemoryStream buffer = new();
        await using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = buffer.Length;
        await http.Response.Body.WriteAsync(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), http.RequestAborted).ConfigureAwait(false);
    }
}

/// <summary>A request that the predictor refuses.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="message">What was wrong and what would be right.</param>
internal sealed class PredictorRequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
