using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.Storage;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The S3 server that a benchmark runs against.</summary>
internal enum StoreKind
{
    /// <summary>Ceph's gateway from Debian's packages.</summary>
    Ceph,

    /// <summary>The local stack's own server.</summary>
    Local,
}

/// <summary>A running S3 server with a source and a target bucket.</summary>
internal sealed class BenchStore : IAsyncDisposable
{
    public const string Source = "mnist";
    public const string Target = "digits";

    private const int UploadsAtOnce = 16;
    private readonly IAsyncDisposable? _server;
    private readonly CephGateway? _gateway;

    private BenchStore(Uri url, IAsyncDisposable? server, CephGateway? gateway)
    {
        Url = url;
        _server = server;
        _gateway = gateway;
        S3 = S3Client.Create(new S3Options { ServiceUrl = url.ToString() });
    }

    public Uri Url { get; }

    public IAmazonS3 S3 { get; }

    /// <summary>Starts a server; its credentials are put into the environment, for child processes as well.</summary>
    public static async Task<BenchStore> StartAsync(StoreKind kind)
    {
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", CephGateway.AccessKey);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", CephGateway.SecretKey);
        BenchStore store;
        if (kind == StoreKind.Ceph)
        {
            if (CephGateway.WhyNot is { } reason)
            {
                throw new InvalidOperationException($"The benchmark needs Ceph's gateway, or --store local. {reason}");
            }

            CephGateway gateway = await CephGateway.StartAsync();
            store = new BenchStore(gateway.Url, null, gateway);
        }
        else
        {
            S3Server server = await S3Server.StartAsync(new S3ServerOptions());
            store = new BenchStore(server.Url, server, null);
        }

        await store.S3.PutBucketAsync(Source);
        await store.S3.PutBucketAsync(Target);
        return store;
    }

    /// <summary>Uploads pictures of its own to the source bucket.</summary>
    /// <returns>Keys and eTags.</returns>
    public async Task<IReadOnlyList<(string Key, string ETag)>> FillAsync(string prefix, int count, byte[] picture, CancellationToken cancellationToken)
    {
        var filled = new (string Key, string ETag)[count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = UploadsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, count, parallel, async (i, ct) =>
        {
            string key = string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i:D6}.png");
            PutObjectResponse response = await S3.PutObjectAsync(
                new PutObjectRequest { BucketName = Source, Key = key, ContentType = "image/png", InputStream = new MemoryStream(picture, writable: false) }, ct);
            filled[i] = (key, S3Answers.Unquote(response.ETag));
        });
        return filled;
    }

    public async ValueTask DisposeAsync()
    {
        S3.Dispose();
        _gateway?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
