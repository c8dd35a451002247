using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>A port of 127.0.0.1 that another program holds.</summary>
/// <param name="port">The port.</param>
/// <param name="option">What a person changes to choose another.</param>
public sealed class PortTakenException(int port, string option)
    : Exception($"Port {port} of 127.0.0.1 is taken: stop the program that listens there, or choose another port with {option} (0 takes any free one).")
{
    /// <summary>The port.</summary>
    public int Port { get; } = port;

    /// <summary>What a person changes to choose another.</summary>
    public string Option { get; } = option;
}

/// <summary>An HTTP server on loopback: Kestrel with one handler, and no setting from the environment.</summary>
internal sealed class LoopbackHost : IAsyncDisposable
{
    private readonly WebApplication _application;

    private LoopbackHost(WebApplication application)
    {
        _application = application;
        Url = new Uri(application.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>()
            .Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>The URL with the port that was taken.</summary>
    public Uri Url { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="port">The port; 0 takes any free one.</param>
    /// <param name="portOption">What a person changes to choose another.</param>
    /// <param name="handler">Answers every request.</param>
    /// <param name="configure">Sets limits.</param>
    /// <param name="loggers">Where the server logs.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static async Task<LoopbackHost> StartAsync(
        int port, string portOption, RequestDelegate handler, Action<KestrelServerLimits> configure, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.Replace(ServiceDescriptor.Singleton(loggers));
        builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, OwnersLifetime>());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // Metadata may hold any UTF-8, both ways.
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.UTF8;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
            configure(kestrel.Limits);
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        application.Run(handler);
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
            return new LoopbackHost(application);
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new PortTakenException(port, portOption);
        }
    }

    /// <summary>Stops listening, and gives requests under way a moment to end.</summary>
    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(2));
        await _application.StopAsync(patience.Token).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    // The default lifetime takes SIGINT and SIGTERM for itself and keeps them from the process, which has to decide on its end.
    private sealed class OwnersLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
