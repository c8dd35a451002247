using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Storage;

namespace DigitFunctions.Tests.Support;

/// <summary>A source and a target bucket of one test's own, on one of the S3 servers.</summary>
internal sealed class TestStorage : IAsyncDisposable
{
    private readonly S3ServerOptions? _options;
    private S3Server? _server;

    private TestStorage(Uri url, S3ServerOptions? options, S3Server? server)
    {
        Url = url;
        _options = options;
        _server = server;
        S3 = CreateClient();
    }

    public IAmazonS3 S3 { get; }

    public Uri Url { get; }

    public string Source { get; } = Some.Name("mnist");

    public string Target { get; } = Some.Name("digits");

    /// <summary>The settings of the app over these buckets, as environment variables.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["AWS_ACCESS_KEY_ID"] = "minio",
        ["AWS_SECRET_ACCESS_KEY"] = "minio123",
        ["S3__ServiceUrl"] = Url.ToString(),
        ["Sorting__SourceBuckets__0"] = Source,
        ["Sorting__TargetBucket"] = Target,
    };

    public static async Task<TestStorage> StartAsync(StorageKind kind, ConditionSupport conditions = ConditionSupport.Aws)
    {
        TestStorage storage;
        if (kind == StorageKind.Ceph)
        {
            storage = new TestStorage((await CephGateway.GetAsync()).Url, null, null);
        }
        else
        {
            var options = new S3ServerOptions { Conditions = conditions, Folder = Directory.CreateTempSubdirectory("digits-s3-").FullName };
            S3Server server = await S3Server.StartAsync(options);
            storage = new TestStorage(server.Url, options with { Port = server.Url.Port }, server);
        }

        await storage.S3.PutBucketAsync(storage.Source);
        await storage.S3.PutBucketAsync(storage.Target);
        return storage;
    }

    /// <summary>A client as the app makes it.</summary>
    public IAmazonS3 CreateClient() => S3Client.Create(new S3Options { ServiceUrl = Url.ToString() }, new BasicAWSCredentials("minio", "minio123"));

    /// <summary>Stops the local server; what it holds comes back with <see cref="StartServerAsync"/>.</summary>
    public async Task StopServerAsync()
    {
        await _server!.DisposeAsync();
        _server = null;
    }

    /// <summary>Starts the local server again, on the same port.</summary>
    public async Task StartServerAsync() => _server = await S3Server.StartAsync(_options!);

    /// <summary>Puts an object into the source bucket.</summary>
    /// <returns>Its eTag without quotes.</returns>
    public async Task<string> UploadAsync(string key, byte[] content, string contentType = "image/png", params (string Name, string Value)[] metadata)
    {
        var request = new PutObjectRequest
        {
            BucketName = Source,
            Key = key,
            InputStream = new MemoryStream(content),
            ContentType = contentType,
        };
        foreach ((string name, string value) in metadata)
        {
            request.Metadata[name] = value;
        }

        PutObjectResponse response = await S3.PutObjectAsync(request);
        return response.ETag.Trim('"');
    }

    /// <summary>The keys of a bucket, in order, but for the workers' claims.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string bucket)
    {
        ListObjectsV2Response list = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket });
        return [.. (list.S3Objects ?? []).Select(found => found.Key).Where(key => !key.StartsWith(".digitfunctions/claims/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    /// <summary>An object's bytes.</summary>
    public async Task<byte[]> ReadAsync(string bucket, string key)
    {
        using GetObjectResponse response = await S3.GetObjectAsync(bucket, key);
        var bytes = new MemoryStream();
        await response.ResponseStream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        S3.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        if (_options?.Folder is { } folder)
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
