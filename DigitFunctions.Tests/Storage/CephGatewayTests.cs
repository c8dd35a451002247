using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Storage;

/// <summary>What Ceph's gateway honours and what it ignores: the ground that the move of a picture stands on. AWS S3 honours every condition here.</summary>
public sealed class CephGatewayTests : IAsyncLifetime
{
    private const string AnotherETag = "\"00000000000000000000000000000000\"";

    private readonly string _bucket = $"ceph-{Guid.NewGuid():n}";
    private IAmazonS3 _s3 = null!;

    public async Task InitializeAsync()
    {
        if (CephGateway.WhyNot is null)
        {
            _s3 = (await CephGateway.GetAsync()).CreateClient();
            await _s3.PutBucketAsync(_bucket);
        }
    }

    public Task DisposeAsync()
    {
        _s3?.Dispose();
        return Task.CompletedTask;
    }

    [GatewayFact]
    public async Task What_is_put_is_read_found_listed_and_deleted_under_any_key()
    {
        string[] keys =
        [
            "0.png", "a b/0+é.png", "digit-5/%2F%zz.png", "日本/語.png", "q'uo\"te&<>.png", "tilde~(1)!*.png", "a//b", "semi;colon=?#.png", new string('x', 900),
        ];
        foreach (string key in keys)
        {
            string eTag = await PutAsync(key, $"picture {key}", request =>
            {
                request.ContentType = "image/png";
                request.Metadata["digit"] = "5";
            });

            using GetObjectResponse got = await _s3.GetObjectAsync(_bucket, key);
            Assert.Equal($"picture {key}", await new StreamReader(got.ResponseStream).ReadToEndAsync());
            GetObjectMetadataResponse head = await _s3.GetObjectMetadataAsync(_bucket, key);
            Assert.Equal((eTag, "image/png", "5"), (head.ETag, head.Headers.ContentType, head.Metadata["digit"]));
        }

        Assert.Equal(keys.Order(StringComparer.Ordinal), await KeysAsync());
        foreach (string key in keys)
        {
            await _s3.DeleteObjectAsync(_bucket, key);
        }

        Assert.Empty(await KeysAsync());
    }

    [GatewayFact]
    public async Task A_get_of_another_eTag_is_refused()
    {
        await PutAsync("0.png", "a picture");

        await RefusedAsync(() => _s3.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = "0.png", EtagToMatch = AnotherETag }));
    }

    [GatewayFact]
    public async Task A_put_over_another_eTag_is_refused()
    {
        await PutAsync("0.png", "a picture");

        await RefusedAsync(() => PutAsync("0.png", "another picture", request => request.IfMatch = AnotherETag));
        Assert.Equal("a picture", await ReadAsync("0.png"));
    }

    [GatewayFact]
    public async Task A_put_over_the_right_eTag_is_refused_where_that_stands_in_quotes()
    {
        string eTag = await PutAsync("0.png", "a picture");

        await RefusedAsync(() => PutAsync("0.png", "another picture", request => request.IfMatch = eTag));
        await PutAsync("0.png", "another picture", request => request.IfMatch = eTag.Trim('"'));

        Assert.Equal("another picture", await ReadAsync("0.png"));
    }

    [GatewayFact]
    public async Task A_put_that_must_not_overwrite_is_refused()
    {
        await PutAsync("0.png", "a picture");

        await RefusedAsync(() => PutAsync("0.png", "another picture", request => request.IfNoneMatch = "*"));
        Assert.Equal("a picture", await ReadAsync("0.png"));
    }

    [GatewayFact]
    public async Task A_copy_ignores_the_condition_on_its_source()
    {
        await PutAsync("0.png", "a picture");

        await _s3.CopyObjectAsync(new CopyObjectRequest
        {
            SourceBucket = _bucket,
            SourceKey = "0.png",
            DestinationBucket = _bucket,
            DestinationKey = "copy.png",
            ETagToMatch = AnotherETag,
        });

        Assert.Equal("a picture", await ReadAsync("copy.png"));
    }

    [GatewayFact]
    public async Task A_delete_ignores_its_condition()
    {
        await PutAsync("0.png", "a picture");

        DeleteObjectResponse response = await _s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket, Key = "0.png", IfMatch = AnotherETag });

        Assert.Equal(HttpStatusCode.NoContent, response.HttpStatusCode);
        Assert.Empty(await KeysAsync());
    }

    [GatewayFact]
    public async Task A_delete_honours_the_time_since_which_the_object_must_not_have_been_written()
    {
        await PutAsync("0.png", "a picture");
        var delete = new DeleteObjectRequest { BucketName = _bucket, Key = "0.png" };
        DateTime written = (await _s3.GetObjectMetadataAsync(_bucket, "0.png")).LastModified!.Value;

        UnmodifiedSince.Add(delete, written.AddSeconds(-1));
        await RefusedAsync(() => _s3.DeleteObjectAsync(delete));
        UnmodifiedSince.Add(delete, written);
        await _s3.DeleteObjectAsync(delete);

        Assert.Empty(await KeysAsync());
    }

    [GatewayFact]
    public async Task In_a_versioned_bucket_a_put_that_must_not_overwrite_adds_a_version_all_the_same()
    {
        await VersionAsync();
        await PutAsync("0.png", "a picture");

        await PutAsync("0.png", "another picture", request => request.IfNoneMatch = "*");

        Assert.Equal("another picture", await ReadAsync("0.png"));
    }

    [GatewayFact]
    public async Task In_a_versioned_bucket_each_version_can_be_read_and_deleted_by_itself()
    {
        await VersionAsync();
        PutObjectResponse first = await _s3.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = "0.png", ContentBody = "first" });
        PutObjectResponse second = await _s3.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = "0.png", ContentBody = "second" });

        Assert.Equal(("first", "second"), (await ReadAsync("0.png", first.VersionId), await ReadAsync("0.png", second.VersionId)));

        await _s3.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _bucket, Key = "0.png", VersionId = second.VersionId });
        Assert.Equal("first", await ReadAsync("0.png"));
    }

    /// <summary>Needs no Ceph: the port is looked at first.</summary>
    [Fact]
    public void A_taken_port_is_named_as_the_local_stack_names_it()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        (int exitCode, string error) = CephGateway.RunToEnd("--port", $"{port}");

        Assert.Equal((1, $"ceph-gateway: {new PortTakenException(port, "--port").Message}\n"), (exitCode, error));
    }

    [GatewayFact]
    public async Task A_gateway_that_is_disposed_of_serves_no_more()
    {
        CephGateway gateway = await CephGateway.StartAsync();
        using IAmazonS3 client = gateway.CreateClient();
        await client.PutBucketAsync("mnist");

        gateway.Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() => client.ListBucketsAsync());
        Assert.Contains(_bucket, (await _s3.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName));
    }

    private async Task VersionAsync() => await _s3.PutBucketVersioningAsync(new PutBucketVersioningRequest
    {
        BucketName = _bucket,
        VersioningConfig = new S3BucketVersioningConfig { Status = VersionStatus.Enabled },
    });

    private async Task<string> PutAsync(string key, string content, Action<PutObjectRequest>? change = null)
    {
        var request = new PutObjectRequest { BucketName = _bucket, Key = key, InputStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };
        change?.Invoke(request);
        return (await _s3.PutObjectAsync(request)).ETag;
    }

    private async Task<string> ReadAsync(string key, string? version = null)
    {
        using GetObjectResponse response = await _s3.GetObjectAsync(new GetObjectRequest { BucketName = _bucket, Key = key, VersionId = version });
        return await new StreamReader(response.ResponseStream).ReadToEndAsync();
    }

    private async Task<IEnumerable<string>> KeysAsync()
    {
        ListObjectsV2Response list = await _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = _bucket });
        return (list.S3Objects ?? []).Select(found => found.Key).Order(StringComparer.Ordinal);
    }

    private static async Task RefusedAsync(Func<Task> request)
    {
        AmazonS3Exception refusal = await Assert.ThrowsAsync<AmazonS3Exception>(request);
        Assert.Equal(HttpStatusCode.PreconditionFailed, refusal.StatusCode);
    }
}
