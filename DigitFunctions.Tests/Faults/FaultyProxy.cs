using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using DigitFunctions.Local.Stack;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace DigitFunctions.Tests.Faults;

/// <summary>Stands between an HTTP client and a server on loopback, and breaks some of the calls.</summary>
internal sealed class FaultyProxy : IAsyncDisposable
{
    // Written by the proxy itself: they concern one connection only, or are written anew.
    private static readonly HashSet<string> OfOneHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Transfer-Encoding", "Expect", "Content-Length",
    };

    private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
    });

    private readonly ConcurrentDictionary<Fault, int> _counts = new();
    private readonly Uri _server;
    private readonly Func<ProxiedCall, Fault> _choose;
    private LoopbackHost? _host;

    private FaultyProxy(Uri server, Func<ProxiedCall, Fault> choose) => (_server, _choose) = (server, choose);

    /// <summary>Where clients call.</summary>
    public Uri Url => _host!.Url;

    /// <summary>Runs before a call is passed on.</summary>
    public Func<ProxiedCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>Says which calls S3 refuses for good.</summary>
    public Func<ProxiedCall, Refusal?> Refuse { get; set; } = _ => null;

    /// <summary>Runs when a call's fault has come about.</summary>
    public Action<ProxiedCall, Fault> Broken { get; set; } = (_, _) => { };

    /// <summary>How late a slow call is.</summary>
    public Func<TimeSpan> Delay { get; set; } = () => TimeSpan.FromSeconds(1);

    /// <summary>How many calls ended how.</summary>
    public IReadOnlyDictionary<Fault, int> Counts => _counts;

    /// <summary>Starts a proxy on a free port.</summary>
    /// <param name="server">The server behind it.</param>
    /// <param name="choose">Says of each call what goes wrong with it.</param>
    public static async Task<FaultyProxy> StartAsync(Uri server, Func<ProxiedCall, Fault> choose)
    {
        FaultyProxy proxy = new(server, choose);
        proxy._host = await LoopbackHost.StartAsync(
            0, nameof(FaultyProxy), proxy.AnswerAsync, limits => limits.MaxRequestBodySize = null, NullLoggerFactory.Instance, CancellationToken.None);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _host!.DisposeAsync();
        _client.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var call = new ProxiedCall(http.Request.Method, http.Request.Path.Value ?? "");
        Fault fault = _choose(call);
        _counts.AddOrUpdate(fault, 1, (_, count) => count + 1);
        try
        {
            await AnswerAsync(http, call, fault);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException or BadHttpRequestException || http.RequestAborted.IsCancellationRequested)
        {
            // Server or client is gone.
            http.Abort();
        }
    }

    private async Task AnswerAsync(HttpContext http, ProxiedCall call, Fault fault)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        switch (fault)
        {
            case Fault.Refused500 or Fault.Refused503:
                Broken(call, fault);
                await RefuseAsync(http, fault == Fault.Refused500 ? 500 : 503);
                return;
            case Fault.CutBefore:
                Broken(call, fault);
                http.Abort();
                return;
            case Fault.Silent:
                Broken(call, fault);
                await StaySilentAsync(http);
                return;
            case Fault.Slow:
                // As with a slow network: what was sent arrives, even when the sender is gone by then.
                await Task.Delay(Delay());
                break;
        }

        await Before(call);
        if (Refuse(call) is { } refusal)
        {
            await RefuseAsync(http, refusal.Status, $"<?xml version=\"1.0\"?><Error><Code>{refusal.Code}</Code><Message>Never.</Message></Error>");
            return;
        }

        using HttpResponseMessage response = await _client.SendAsync(Forward(http.Request, body), CancellationToken.None);
        byte[] answer = await response.Content.ReadAsByteArrayAsync(CancellationToken.None);
        if (fault is not (Fault.None or Fault.Slow))
        {
            Broken(call, fault);
        }

        switch (fault)
        {
            case Fault.Late500:
                await RefuseAsync(http, 500);
                return;
            case Fault.SilentAfter:
                await StaySilentAsync(http);
                return;
            case Fault.CutAfter:
            case Fault.CutInBody or Fault.StalledBody when answer.Length < 2:
                http.Abort();
                return;
        }

        Begin(http.Response, response, answer.Length);
        if (fault is Fault.CutInBody or Fault.StalledBody)
        {
            await http.Response.Body.WriteAsync(answer.AsMemory(0, answer.Length / 2), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
            if (fault == Fault.StalledBody)
            {
                await StaySilentAsync(http);
            }

            http.Abort();
            return;
        }

        if (answer.Length > 0)
        {
            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
        }
    }

    private HttpRequestMessage Forward(HttpRequest request, MemoryStream body)
    {
        string target = request.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        // A signature covers the path as it was written, and the Host header.
        var url = new Uri(_server.GetLeftPart(UriPartial.Authority) + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        var message = new HttpRequestMessage(new HttpMethod(request.Method), url);
        if (body.Length > 0 || request.ContentLength is not null)
        {
            message.Content = new ByteArrayContent(body.GetBuffer(), 0, (int)body.Length);
        }

        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Headers)
        {
            if (!OfOneHop.Contains(name) && !message.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                message.Content ??= new ByteArrayContent([]);
                message.Content.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }

        return message;
    }

    private static void Begin(HttpResponse to, HttpResponseMessage from, int length)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach ((string name, IEnumerable<string> values) in from.Headers.Concat(from.Content.Headers))
        {
            if (!OfOneHop.Contains(name))
            {
                to.Headers.Append(name, values.ToArray());
            }
        }

        // The answer to HEAD tells a length and has no body.
        if (from.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
        {
            to.ContentLength = HttpMethods.IsHead(to.HttpContext.Request.Method) ? from.Content.Headers.ContentLength : length;
        }
    }

    private static async Task RefuseAsync(HttpContext http, int status, string body = "<html>The proxy broke this call.</html>")
    {
        http.Response.StatusCode = status;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.WriteAsync(body, http.RequestAborted);
        }
    }

    private static Task StaySilentAsync(HttpContext http) =>
        Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
