using System.Net;
using DigitFunctions.Local.Hosting.Rpc;
using DigitFunctions.Local.Stack;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace DigitFunctions.Local.Hosting;

/// <summary>Runs the HTTP functions behind Kestrel, on loopback only. Function keys are not asked for, as with Core Tools.</summary>
internal sealed class HttpTrigger : IAsyncDisposable
{
    private readonly Func<HostedFunction, InvocationRequest, CancellationToken, Task<InvocationResponse>> _invoke;
    private readonly FunctionsHostOptions _options;
    private readonly ILogger _logger;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _cutOff = new();

    /// <summary>Builds the web server; nothing listens yet.</summary>
    /// <exception cref="InvalidOperationException">A route is no route template.</exception>
    public HttpTrigger(
        IEnumerable<HostedFunction> functions,
        string routePrefix,
        Func<HostedFunction, InvocationRequest, CancellationToken, Task<InvocationResponse>> invoke,
        FunctionsHostOptions options,
        ILoggerFactory loggers)
    {
        _invoke = invoke;
        _options = options;
        _logger = loggers.CreateLogger<HttpTrigger>();

        // The empty builder reads no files, variables or arguments: those are the functions' settings, not the server's.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.HttpPort);
            kestrel.Limits.MaxRequestBodySize = options.MaxRequestBodyBytes;
            kestrel.AddServerHeader = false;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout + options.CutOffTimeout);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _app = builder.Build();
        _app.Use(RefuseOtherNamesAsync);

        List<(HostedFunction Function, string Path)> routes = [.. functions.Select(function => (function, $"/{routePrefix}/{function.Route}".Replace("//", "/", StringComparison.Ordinal).TrimEnd('/')))];
        foreach ((HostedFunction function, string path) in routes)
        {
            RequestDelegate handler = http => HandleAsync(http, function);
            if (function.Methods.Count > 0)
            {
                _app.MapMethods(path, function.Methods, handler);
            }
            else
            {
                _app.Map(path, handler);
            }
        }

        if (!routes.Any(route => route.Path.Length == 0))
        {
            _app.MapGet("/", (RequestDelegate)ShowHomeAsync);
        }

        Routes = routes;
    }

    /// <summary>Where the server listens, once started: <c>http://127.0.0.1:7071</c>.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The functions and their paths.</summary>
    public IReadOnlyList<(HostedFunction Function, string Path)> Routes { get; }

    /// <summary>Starts listening.</summary>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new PortTakenException(_options.HttpPort, "--http-port");
        }

        Url = new Uri(_app.Urls.Single());
        foreach ((HostedFunction function, string path) in Routes)
        {
            string methods = function.Methods.Count > 0 ? string.Join(',', function.Methods) : "any method";
            string url = Url.GetLeftPart(UriPartial.Authority) + path;
            _logger.HttpFunctionStarted(function.Name, methods, url);
        }
    }

    /// <summary>Takes no more requests and lets those that run end; what is still running after <see cref="FunctionsHostOptions.DrainTimeout"/> is cut off.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_options.DrainTimeout);
        await using CancellationTokenRegistration cut = patience.Token.Register(_cutOff.Cancel);
        await _app.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _cutOff.Dispose();
    }

    /// <summary>
    /// Answers only to this machine's own names. A site whose name a hostile name server lets point here would be of the same origin to a browser, and no key is asked for.
    /// </summary>
    private static Task RefuseOtherNamesAsync(HttpContext http, RequestDelegate next)
    {
        string name = http.Request.Host.Host.Trim('[', ']');
        if (name.Length == 0 || name.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(name, out IPAddress? address) && IPAddress.IsLoopback(address)))
        {
            return next(http);
        }

        http.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }

    private Task ShowHomeAsync(HttpContext http)
    {
        if (_options.HomePath is null)
        {
            return http.Response.WriteAsync("The local Functions host is up.\n", http.RequestAborted);
        }

        http.Response.Redirect(_options.HomePath);
        return Task.CompletedTask;
    }

    private async Task HandleAsync(HttpContext http, HostedFunction function)
    {
        using CancellationTokenSource cut = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _cutOff.Token);
        try
        {
            ByteString body = await ByteString.FromStreamAsync(http.Request.Body, cut.Token);
            InvocationResponse response = await _invoke(function, RpcHttpMessages.Request(function, http.Request, body, Url), cut.Token);
            await RpcHttpMessages.WriteAsync(response.ReturnValue?.Http, http.Response, http.RequestAborted);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = e.StatusCode;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has gone; there is nobody to answer.
        }
        catch (Exception e) when (!http.Response.HasStarted)
        {
            // The caller learns nothing of the fault.
            if (e is not OperationCanceledException)
            {
                _logger.InvocationFailed(e, function.Name);
            }

            http.Response.Clear();
            http.Response.StatusCode = e is OperationCanceledException && _cutOff.IsCancellationRequested ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
        }
    }
}
