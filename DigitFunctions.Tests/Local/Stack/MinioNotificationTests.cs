using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class MinioNotificationTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_time = new(2026, 3, 4, 5, 6, 7, 89, TimeSpan.Zero);
    private readonly List<BucketNotification> _announced = [];
    private S3Server _server = null!;
    private AmazonS3Client _s3 = null!;

    public async Task InitializeAsync()
    {
        _server = await S3Clients.StartAsync(new S3ServerOptions
        {
            AnnouncedBuckets = ["mnist"],
            Announce = notification =>
            {
                lock (_announced)
                {
                    _announced.Add(notification);
                }

                return ValueTask.CompletedTask;
            },
        });
        _server.EnsureBucket("digits");
        _s3 = _server.Client();
    }

    public async Task DisposeAsync()
    {
        _s3.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public void The_announcement_has_MinIOs_members_in_MinIOs_order()
    {
        BucketNotification notification = new("s3:ObjectCreated:Put", "mnist", "a b/0+é.png")
        {
            Size = 10,
            ETag = "781e5e245d69b566979b86e28d23f2c7",
            Headers = new Dictionary<string, string> { ["content-type"] = "image/png", ["x-amz-meta-drawn-by"] = "hand" },
            Time = s_time,
            User = "minio",
            SourceAddress = "127.0.0.1",
            UserAgent = "test",
            RequestId = "1899A1B2C3D4E5F6",
            Endpoint = "http://127.0.0.1:9000",
            DeploymentId = "3f6a2f0e-6a75-4b7e-9d47-0d2f4c9a7b11",
        };

        JsonNode expected = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "Stack", "minio-put.json")))!;
        JsonNode written = JsonNode.Parse(MinioNotification.RecordValue(notification))!;
        // A hash of MinIO's node, which has no counterpart here.
        JsonNode elements = expected["Records"]![0]!["responseElements"]!;
        elements["x-amz-id-2"] = written["Records"]![0]!["responseElements"]!["x-amz-id-2"]!.GetValue<string>();
        Assert.Equal(64, elements["x-amz-id-2"]!.GetValue<string>().Length);
        Assert.Equal(expected.ToJsonString(), written.ToJsonString());
        Assert.Equal("mnist/a b/0+é.png", MinioNotification.RecordKey(notification));
    }

    [Fact]
    public async Task An_upload_a_copy_and_a_removal_are_announced_with_what_was_stored()
    {
        PutObjectRequest put = new() { BucketName = "mnist", Key = "a b/0+é.png", ContentBody = "0123456789", ContentType = "image/png" };
        put.Metadata["drawn-by"] = "hand";
        await _s3.PutObjectAsync(put);
        await _s3.CopyObjectAsync("mnist", "a b/0+é.png", "mnist", "copy.png");
        await _s3.DeleteObjectAsync("mnist", "copy.png");
        await _s3.DeleteObjectAsync("mnist", "copy.png");

        Assert.Equal(["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy", "s3:ObjectRemoved:Delete"], _announced.Select(each => each.EventName));
        BucketNotification first = _announced[0];
        Assert.Equal(("mnist", "a b/0+é.png", 10, "781e5e245d69b566979b86e28d23f2c7"), (first.Bucket, first.Key, first.Size, first.ETag));
        Assert.Equal("hand", first.Headers["x-amz-meta-drawn-by"]);
        Assert.Equal(("minio", "127.0.0.1", _server.Url.GetLeftPart(UriPartial.Authority)), (first.User, first.SourceAddress, first.Endpoint));
        Assert.Contains("aws-sdk-dotnet", first.UserAgent, StringComparison.Ordinal);
        Assert.Null(first.VersionId);

        JsonNode removal = JsonNode.Parse(MinioNotification.RecordValue(_announced[2]))!["Records"]![0]!["s3"]!["object"]!;
        Assert.Equal(["key", "sequencer"], removal.AsObject().Select(member => member.Key));
        string[] sequencers = [.. _announced.Select(each => JsonNode.Parse(MinioNotification.RecordValue(each))!["Records"]![0]!["s3"]!["object"]!["sequencer"]!.GetValue<string>())];
        Assert.Equal(sequencers.Order(StringComparer.Ordinal), sequencers);
        Assert.Equal(sequencers.Distinct(), sequencers);
    }

    [Fact]
    public async Task A_version_is_announced_with_its_id_and_a_plain_delete_as_a_marker()
    {
        await _s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = "mnist", VersioningConfig = new() { Status = VersionStatus.Enabled } });
        PutObjectResponse put = await _s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "0.png", ContentBody = "0" });
        DeleteObjectResponse deleted = await _s3.DeleteObjectAsync("mnist", "0.png");

        Assert.Equal([("s3:ObjectCreated:Put", put.VersionId), ("s3:ObjectRemoved:DeleteMarkerCreated", deleted.VersionId)],
            _announced.Select(each => (each.EventName, each.VersionId!)));
        Assert.Equal(put.VersionId, JsonNode.Parse(MinioNotification.RecordValue(_announced[0]))!["Records"]![0]!["s3"]!["object"]!["versionId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Observers_hear_of_every_bucket_and_the_sink_only_of_announced_ones()
    {
        List<string> stored = [];
        _server.ObjectStored += (_, notification) => stored.Add(notification.Bucket);
        await _s3.PutObjectAsync(new PutObjectRequest { BucketName = "digits", Key = "digit-0/0.png", ContentBody = "0" });
        Assert.Equal(["digits"], stored);
        Assert.Empty(_announced);
    }

    [Fact]
    public async Task An_upload_succeeds_although_its_observer_and_its_sink_fail()
    {
        await using S3Server server = await S3Clients.StartAsync(new S3ServerOptions
        {
            AnnouncedBuckets = ["mnist"],
            Announce = _ => throw new InvalidOperationException("the sink fails"),
        });
        server.ObjectStored += (_, _) => throw new InvalidOperationException("the observer fails");
        using AmazonS3Client s3 = server.Client();
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "0.png", ContentBody = "0" });
        Assert.Equal(1, (await s3.GetObjectMetadataAsync("mnist", "0.png")).ContentLength);
    }
}
