using System.Collections.Concurrent;
using System.Net;
using DigitFunctions.Local.Hosting.Rpc;
using DigitFunctions.Local.Stack;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace DigitFunctions.Local.Hosting;

/// <summary>The gRPC service that workers call when they start, on a free port of loopback.</summary>
internal sealed class WorkerEndpoint : IAsyncDisposable
{
    /// <summary>Longest message in bytes, as the Functions host tells its workers.</summary>
    public const int MaxMessageLength = int.MaxValue;

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<WorkerChannel>> _expected = new();

    private WorkerEndpoint(ILoggerFactory loggers)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(this);
        builder.Services.AddSingleton<Service>();
        builder.Services.AddGrpc(grpc => (grpc.MaxReceiveMessageSize, grpc.MaxSendMessageSize) = (MaxMessageLength, MaxMessageLength));
        _app = builder.Build();
        _app.MapGrpcService<Service>();
    }

    /// <summary>Where workers call.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>Starts to listen.</summary>
    public static async Task<WorkerEndpoint> StartAsync(ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var endpoint = new WorkerEndpoint(loggers);
        try
        {
            await endpoint._app.StartAsync(cancellationToken);
            endpoint.Url = new Uri(endpoint._app.Urls.Single());
            return endpoint;
        }
        catch
        {
            await endpoint.DisposeAsync();
            throw;
        }
    }

    /// <summary>Expects the call of a worker.</summary>
    /// <returns>Ends with its channel when it has called.</returns>
    public Task<WorkerChannel> Expect(string workerId) => _expected.GetOrAdd(workerId, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Ends all streams and listens no more.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>One call is the whole life of a worker.</summary>
    private sealed class Service(WorkerEndpoint endpoint) : FunctionRpc.FunctionRpcBase
    {
        public override async Task EventStream(IAsyncStreamReader<StreamingMessage> requestStream, IServerStreamWriter<StreamingMessage> responseStream, ServerCallContext context)
        {
            if (!await requestStream.MoveNext(context.CancellationToken)
                || requestStream.Current.ContentCase != StreamingMessage.ContentOneofCase.StartStream
                || !endpoint._expected.TryRemove(requestStream.Current.StartStream.WorkerId, out TaskCompletionSource<WorkerChannel>? expected))
            {
                throw new Grpc.Core.RpcException(new Status(StatusCode.PermissionDenied, "The first message must be StartStream of a worker that this host has started."));
            }

            var channel = new WorkerChannel(requestStream, responseStream);
            expected.SetResult(channel);
            await channel.RunAsync(context.CancellationToken);
        }
    }
}
