using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Hosting;

/// <summary>Runs the HTTP functions behind Kestrel, on loopback only. Function keys are not asked for, as with Core Tools.</summary>
internal sealed class HttpDoor : IAsyncDisposable
{
    private readonly FunctionInvoker _invoker;
    private readonly FunctionsHostOptions _options;
    private readonly ILogger _logger;
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _cutOff = new();

    /// <summary>Builds the door; nothing listens yet.</summary>
    /// <exception cref="InvalidOperationException">A route is no route template.</exception>
    public HttpDoor(IEnumerable<FunctionMethod> functions, string routePrefix, FunctionInvoker invoker, FunctionsHostOptions options, ILoggerFactory loggers)
    {
        _invoker = invoker;
        _options = options;
        _logger = loggers.CreateLogger<HttpDoor>();

        // The empty builder reads no files, variables or arguments: those are the functions' settings, not the door's.
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

        List<(FunctionMethod Function, string Path)> routes = [.. functions.Select(function => (function, $"/{routePrefix}/{function.Route}".Replace("//", "/", StringComparison.Ordinal).TrimEnd('/')))];
        foreach ((FunctionMethod function, string path) in routes)
        {
            RequestDelegate handler = http => HandleAsync(http, function);
            if (function.Http!.Methods is { Length: > 0 } methods)
            {
                _app.MapMethods(path, methods.Select(method => method.ToUpperInvariant()), handler);
            }
            else
            {
                _app.Map(path, handler);
            }
        }

        if (!routes.Any(route => route.Path.Length == 0))
        {
            _app.MapGet("/", (RequestDelegate)(http => http.Response.WriteAsync("The local Functions host is up.\n", http.RequestAborted)));
        }

        Routes = routes;
    }

    /// <summary>Where the door listens, once started: <c>http://127.0.0.1:7071</c>.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1/");

    /// <summary>The functions and their paths.</summary>
    public IReadOnlyList<(FunctionMethod Function, string Path)> Routes { get; }

    /// <summary>Starts listening.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException($"The port {_options.HttpPort} on 127.0.0.1 is taken. Choose another one for the HTTP functions.", e);
        }

        Url = new Uri(_app.Urls.Single());
        foreach ((FunctionMethod function, string path) in Routes)
        {
            string methods = function.Http!.Methods is { Length: > 0 } some ? string.Join(',', some) : "any method";
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

    private async Task HandleAsync(HttpContext http, FunctionMethod function)
    {
        using CancellationTokenSource cut = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _cutOff.Token);
        HttpResponseData? response = null;
        try
        {
            MemoryStream body = new();
            await http.Request.Body.CopyToAsync(body, cut.Token);
            body.Position = 0;

            response = await _invoker.InvokeAsync(
                function,
                new LocalTraceContext(http.Request.Headers.TraceParent, http.Request.Headers.TraceState),
                http.Request.RouteValues.ToDictionary(value => value.Key, value => value.Value, StringComparer.OrdinalIgnoreCase),
                context => new LocalHttpRequestData(context, http.Request, body, Url),
                cut.Token);
            if (response is null)
            {
                http.Response.StatusCode = StatusCodes.Status204NoContent;
                return;
            }

            await LocalHttpResponseData.MoveAsync(response, http.Response, http.RequestAborted);
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
            // The caller learns nothing of the fault. What the function threw is logged already.
            if (response is not null)
            {
                _logger.AnswerNotSent(e, function.Name);
            }

            http.Response.Clear();
            http.Response.StatusCode = e is OperationCanceledException && _cutOff.IsCancellationRequested ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status500InternalServerError;
        }
    }

    /// <summary>Leaves Ctrl-C and SIGTERM to the command that runs the host.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
