using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Tests.Prediction;

/// <summary>An HTTP server on loopback that answers as the test tells it: the given replies one after the other, the last one from then on.</summary>
internal sealed class PredictorServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Func<HttpContext, Task>[] replies;
    private int calls;

    private PredictorServer(WebApplication app, Func<HttpContext, Task>[] replies)
    {
        this.app = app;
        this.replies = replies;
    }

    public ConcurrentQueue<Call> Calls { get; } = [];

    public string Url => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Set to answer otherwise from now on.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public static async Task<PredictorServer> StartAsync(params Func<HttpContext, Task>[] replies)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1));
        WebApplication app = builder.Build();
        PredictorServer server = new(app, replies);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>A port on loopback where nobody listens.</summary>
    public static string NobodysUrl()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
    }

    public static Func<HttpContext, Task> Json(string body, int status = 200, string? retryAfter = null) => Reply(body, status, "application/json", retryAfter);

    public static Func<HttpContext, Task> Reply(string body, int status, string contentType, string? retryAfter = null) => context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = retryAfter;
        }

        return context.Response.WriteAsync(body, context.RequestAborted);
    };

    /// <summary>Labels: one digit a picture, whatever was asked.</summary>
    public static Func<HttpContext, Task> Digits(params int[] digits) => Json($$"""{"predictions":[{{string.Join(',', digits)}}]}""");

    /// <summary>Never answers.</summary>
    public static Task Hang(HttpContext context) => Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <summary>Begins a reply and cuts the connection.</summary>
    public static async Task Cut(HttpContext context)
    {
        context.Response.ContentLength = 1000;
        await context.Response.WriteAsync("{\"predictions\":[");
        await context.Response.Body.FlushAsync();
        context.Abort();
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync();
        HttpRequest request = context.Request;
        Calls.Enqueue(new Call(
            request.Method, request.Path.Value + request.QueryString, request.Host.Value, request.ContentType, request.ContentLength, $"{request.Headers["traceparent"]}", body));
        int call = Interlocked.Increment(ref calls) - 1;
        await (Instead ?? replies[Math.Min(call, replies.Length - 1)])(context);
    }

    public sealed record Call(string Method, string Path, string? Host, string? ContentType, long? Length, string TraceParent, string Body);
}
