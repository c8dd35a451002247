using System.Globalization;
using System.Xml;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>A small S3 endpoint on loopback: path-style, one user, in memory or in a folder.</summary>
/// <remarks>
/// It has what <c>./dev run</c>, the tests and the page use, and what <c>aws</c>, <c>mc</c>, <c>rclone</c> and boto3 ask for on the way to copying, listing and removing files: checksums, chunked
/// and multipart uploads, both listings, versions. It is here since no package for .NET is an S3 server, and no server is a package that announces uploads as MinIO does and plays
/// the conditions of different servers. Tests run against Ceph's gateway as well.
/// </remarks>
public sealed class S3Server : IAsyncDisposable
{
    /// <summary>The region that the server says it is in; signatures of any region are accepted.</summary>
    public const string Region = "us-east-1";

    private readonly S3Store _store;
    private readonly S3Signature _signature;
    private readonly S3Notifier _notifier;
    private readonly S3Router _router;
    private readonly ILogger _logger;
    private LoopbackHost? _host;
    private long _requests;

    private S3Server(S3ServerOptions options)
    {
        _logger = options.LoggerFactory.CreateLogger<S3Server>();
        _store = new S3Store(options.Folder is null ? null : new S3Folder(options.Folder, _logger), options.TimeProvider);
        _signature = new S3Signature(options.User, options.Password, options.TimeProvider);
        _notifier = new S3Notifier(options, _logger);
        _notifier.Stored = notification => ObjectStored?.Invoke(this, notification);
        _notifier.Removed = notification => ObjectRemoved?.Invoke(this, notification);
        _requests = options.TimeProvider.GetUtcNow().UtcTicks;
        S3Conditions conditions = new(options.Conditions);
        _router = new S3Router(
            new S3BucketActions(_store, options.User),
            new S3ObjectActions(_store, conditions, _notifier, options.MaxObjectBytes),
            new S3DeleteActions(_store, conditions, _notifier),
            new S3MultipartActions(_store, conditions, _notifier, options.MaxObjectBytes));
    }

    /// <summary>An object of any bucket was stored; raised before the request is answered, so handlers have to be quick.</summary>
    public event EventHandler<BucketNotification>? ObjectStored;

    /// <summary>An object of any bucket was deleted; raised before the request is answered, so handlers have to be quick.</summary>
    public event EventHandler<BucketNotification>? ObjectRemoved;

    /// <summary>The URL, such as <c>http://127.0.0.1:9000/</c>.</summary>
    public Uri Url => _host!.Url;

    /// <summary>The buckets themselves, for who has to fill one quickly.</summary>
    internal S3Store Store => _store;

    /// <summary>Starts a server.</summary>
    /// <param name="options">How it is set up.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    /// <exception cref="IOException">The folder cannot be read or made.</exception>
    public static async Task<S3Server> StartAsync(S3ServerOptions options, CancellationToken cancellationToken = default)
    {
        S3Server server = new(options);
        server._host = await LoopbackHost.StartAsync(
            options.Port, options.PortOption, server.AnswerAsync, limits => limits.MaxRequestBodySize = null, options.LoggerFactory, cancellationToken).ConfigureAwait(false);
        server._notifier.Endpoint = server.Url.GetLeftPart(UriPartial.Authority);
        return server;
    }

    /// <summary>Makes a bucket, unless it is there.</summary>
    /// <exception cref="ArgumentException">The name is not one that S3 allows.</exception>
    public void EnsureBucket(string name)
    {
        try
        {
            if (!_store.Contains(name))
            {
                _store.Create(name);
            }
        }
        catch (S3Exception refusal)
        {
            throw new ArgumentException(refusal.Message, nameof(name), refusal);
        }
    }

    /// <summary>Stops the server. What it holds in memory is gone.</summary>
    public ValueTask DisposeAsync() => _host!.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        string requestId = Interlocked.Increment(ref _requests).ToString("X16", CultureInfo.InvariantCulture);
        http.Response.Headers["x-amz-request-id"] = requestId;
        string raw = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        try
        {
            S3Target target = S3Target.Parse(raw);
            S3Target.CheckKey(target.Key);
            S3Signed signed = _signature.Verify(http.Request, target);
            await _router.RouteAsync(new S3Call(http, target, signed, requestId)).ConfigureAwait(false);
            StackLog.S3Answered(_logger, http.Request.Method, raw, http.Response.StatusCode, "");
        }
        catch (S3Exception refusal)
        {
            await RefuseAsync(http, raw, requestId, refusal).ConfigureAwait(false);
        }
        catch (BadHttpRequestException fault)
        {
            await RefuseAsync(http, raw, requestId, new S3Exception(fault.StatusCode, "InvalidRequest", fault.Message)).ConfigureAwait(false);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (Exception fault)
        {
            StackLog.S3Failed(_logger, fault, http.Request.Method, raw);
            await RefuseAsync(http, raw, requestId, new S3Exception(500, "InternalError", "The server failed; its log says why.")).ConfigureAwait(false);
        }
    }

    private async Task RefuseAsync(HttpContext http, string raw, string requestId, S3Exception refusal)
    {
        StackLog.S3Answered(_logger, http.Request.Method, raw, refusal.Status, refusal.Code);
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        if (http.Request.Headers.Expect.Count > 0)
        {
            // A client that was not told to go on may keep its body to itself, and what follows on the connection is no body.
            http.Response.Headers.Connection = "close";
        }

        if (refusal.Status == StatusCodes.Status304NotModified || HttpMethods.IsHead(http.Request.Method))
        {
            http.Response.StatusCode = refusal.Status;
            return;
        }

        await S3Xml.WriteAsync(http.Response, refusal.Status, "Error", xmlNamespace: null, xml =>
        {
            xml.Element("Code", refusal.Code);
            xml.Element("Message", refusal.Message);
            xml.Element("Resource", raw);
            xml.Element("RequestId", requestId);
        }, http.RequestAborted).ConfigureAwait(false);
    }
}
