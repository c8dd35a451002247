using System.Net;
using DigitFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>HTTP functions for <see cref="HttpDoorTests"/>.</summary>
internal sealed class HttpProbe
{
    public static readonly string[] Names = [nameof(Echo), nameof(PredictEcho), nameof(HttpThrow), nameof(NoAnswer), nameof(WaitForCutOff)];

    [Function(nameof(Echo))]
    public static async Task<HttpResponseData> Echo([HttpTrigger(AuthorizationLevel.Function, "post", "put", Route = "echo/{name}")] HttpRequestData request, string name, FunctionContext context)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.Created);
        response.Headers.Add("Content-Type", request.Headers.GetValues("Content-Type").Single());
        response.Headers.Add("X-Name", name);
        response.Headers.Add("X-Method", request.Method);
        response.Headers.Add("X-Url", request.Url.AbsoluteUri);
        response.Headers.Add("X-Query", Uri.EscapeDataString(request.Query["q"] ?? ""));
        response.Headers.Add("X-Many", ["one", "two"]);
        response.Headers.Add("X-Cookie", request.Cookies.Select(cookie => $"{cookie.Name}:{cookie.Value}"));
        response.Headers.Add("X-Trace", context.TraceContext.TraceParent);
        response.Headers.Add("X-Invocation", context.InvocationId);
        response.Cookies.Append("seen", "yes");
        await request.Body.CopyToAsync(response.Body);
        return response;
    }

    [Function(nameof(PredictEcho))]
    public static async Task<HttpResponseData> PredictEcho([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "v1/models/{model}:predict")] HttpRequestData request, string model)
    {
        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        await response.WriteStringAsync(model);
        return response;
    }

    [Function(nameof(HttpThrow))]
    public static Task<HttpResponseData> HttpThrow([HttpTrigger] HttpRequestData request) => throw new InvalidOperationException("secret of " + request.Method);

    [Function(nameof(NoAnswer))]
    public static Task NoAnswer([HttpTrigger] HttpRequestData request) => Task.CompletedTask;

    [Function(nameof(WaitForCutOff))]
    public static async Task<HttpResponseData> WaitForCutOff([HttpTrigger("get")] HttpRequestData request, CancellationToken cancellationToken)
    {
        Waiting.TrySetResult();
        await cancellationToken.WhenCancelledAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return request.CreateResponse();
    }

    public static TaskCompletionSource Waiting { get; } = new();
}
