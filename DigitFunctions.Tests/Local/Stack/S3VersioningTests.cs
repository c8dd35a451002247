using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class S3VersioningTests : IAsyncLifetime
{
    private S3Server _server = null!;
    private AmazonS3Client _s3 = null!;

    public async Task InitializeAsync()
    {
        _server = await S3Clients.StartAsync();
        _s3 = _server.Client();
        await SetAsync(VersionStatus.Enabled);
    }

    public async Task DisposeAsync()
    {
        _s3.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_version_is_kept_and_read_by_its_id()
    {
        PutObjectResponse first = await PutAsync("0.png", "first");
        PutObjectResponse second = await PutAsync("0.png", "second");
        Assert.NotEqual(first.VersionId, second.VersionId);
        Assert.Equal("second", await ReadAsync("0.png"));
        Assert.Equal("first", await ReadAsync("0.png", first.VersionId));
        AmazonS3Exception unknown = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => ReadAsync("0.png", "no-such-id"));
        Assert.Equal("NoSuchVersion", unknown.ErrorCode);
    }

    [Fact]
    public async Task A_plain_delete_hides_and_a_delete_by_version_takes_away()
    {
        PutObjectResponse put = await PutAsync("0.png", "0");
        DeleteObjectResponse marker = await _s3.DeleteObjectAsync("mnist", "0.png");
        Assert.Equal("true", marker.DeleteMarker);
        await Assert.ThrowsAsync<NoSuchKeyException>(() => ReadAsync("0.png"));
        Assert.Empty((await _s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" })).S3Objects ?? []);
        Assert.Equal("0", await ReadAsync("0.png", put.VersionId));
        AmazonS3Exception method = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => ReadAsync("0.png", marker.VersionId));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.StatusCode);

        await _s3.DeleteObjectAsync("mnist", "0.png", marker.VersionId);
        Assert.Equal("0", await ReadAsync("0.png"));
        await _s3.DeleteObjectAsync("mnist", "0.png", put.VersionId);
        Assert.Empty((await _s3.ListVersionsAsync("mnist")).Versions ?? []);
        await _s3.DeleteBucketAsync("mnist");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task Versions_are_listed_by_key_the_newest_first_page_by_page(int pageSize)
    {
        List<string> expected = [];
        foreach (string key in (string[])["a", "b/1", "c"])
        {
            string[] ids = [(await PutAsync(key, "1")).VersionId, (await PutAsync(key, "2")).VersionId, (await _s3.DeleteObjectAsync("mnist", key)).VersionId];
            expected.AddRange(ids.Reverse());
        }

        List<string> listed = [];
        List<bool> latest = [];
        ListVersionsRequest request = new() { BucketName = "mnist", MaxKeys = pageSize };
        ListVersionsResponse page;
        do
        {
            page = await _s3.ListVersionsAsync(request);
            listed.AddRange(page.Versions.Select(version => version.VersionId));
            latest.AddRange(page.Versions.Select(version => version.IsLatest == true));
            request.KeyMarker = page.NextKeyMarker;
            request.VersionIdMarker = page.NextVersionIdMarker;
        }
        while (page.IsTruncated == true);

        Assert.Equal(expected.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
        Assert.Equal(3, latest.Count(each => each));
        if (pageSize == 1)
        {
            Assert.Equal(expected, listed);
        }
    }

    [Fact]
    public async Task Suspended_versioning_replaces_only_the_version_null()
    {
        PutObjectResponse kept = await PutAsync("0.png", "kept");
        await SetAsync(VersionStatus.Suspended);
        await PutAsync("0.png", "first null");
        await PutAsync("0.png", "second null");
        Assert.Equal("second null", await ReadAsync("0.png"));
        Assert.Equal("second null", await ReadAsync("0.png", "null"));
        Assert.Equal("kept", await ReadAsync("0.png", kept.VersionId));
        Assert.Equal(2, (await _s3.ListVersionsAsync("mnist")).Versions.Count);
        Assert.Equal(VersionStatus.Suspended, (await _s3.GetBucketVersioningAsync("mnist")).VersioningConfig.Status);
    }

    private Task<PutBucketVersioningResponse> SetAsync(VersionStatus status) =>
        _s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = "mnist", VersioningConfig = new() { Status = status } });

    private Task<PutObjectResponse> PutAsync(string key, string body) =>
        _s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = key, ContentBody = body });

    private async Task<string> ReadAsync(string key, string? versionId = null)
    {
        using GetObjectResponse got = await _s3.GetObjectAsync(new GetObjectRequest { BucketName = "mnist", Key = key, VersionId = versionId });
        return System.Text.Encoding.UTF8.GetString(await got.ResponseStream.BytesAsync());
    }
}
