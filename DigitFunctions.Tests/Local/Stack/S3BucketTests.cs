using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class S3BucketTests : S3ServerTest
{
    [Fact]
    public async Task A_bucket_is_made_found_listed_and_deleted()
    {
        await S3.PutBucketAsync("digits");
        Assert.Equal(["digits", "mnist"], (await S3.ListBucketsAsync()).Buckets.Select(bucket => bucket.BucketName));
        await S3.HeadBucketAsync(new HeadBucketRequest { BucketName = "digits" });
        await S3.GetBucketLocationAsync("digits");
        await S3.DeleteBucketAsync("digits");
        AmazonS3Exception gone = await Assert.ThrowsAsync<AmazonS3Exception>(
            () => S3.PutObjectAsync(new PutObjectRequest { BucketName = "digits", Key = "0.png", ContentBody = "0" }));
        Assert.Equal("NoSuchBucket", gone.ErrorCode);
    }

    [Theory]
    [InlineData("mnist", "BucketAlreadyOwnedByYou", HttpStatusCode.Conflict)]
    [InlineData("NotAName", "InvalidBucketName", HttpStatusCode.BadRequest)]
    [InlineData("a..b", "InvalidBucketName", HttpStatusCode.BadRequest)]
    public async Task A_bucket_that_cannot_be_made_is_refused(string name, string code, HttpStatusCode status)
    {
        AmazonS3Exception refusal = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => S3.PutBucketAsync(name));
        Assert.Equal((code, status), (refusal.ErrorCode, refusal.StatusCode));
    }

    [Fact]
    public async Task A_bucket_with_objects_is_not_deleted()
    {
        await PutAsync("0.png");
        AmazonS3Exception refusal = await Assert.ThrowsAsync<AmazonS3Exception>(() => S3.DeleteBucketAsync("mnist"));
        Assert.Equal(("BucketNotEmpty", HttpStatusCode.Conflict), (refusal.ErrorCode, refusal.StatusCode));
        Assert.Single((await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" })).S3Objects);
    }

    [Fact]
    public async Task More_than_a_thousand_keys_are_listed_page_by_page()
    {
        string[] keys = [.. Enumerable.Range(0, 2345).Select(i => $"digit-{i % 10}/{i:d5}.png").Order(StringComparer.Ordinal)];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (key, _) => await PutAsync(key));

        List<string> listed = [];
        List<int> pages = [];
        await foreach (ListObjectsV2Response page in S3.Paginators.ListObjectsV2(new ListObjectsV2Request { BucketName = "mnist" }).Responses)
        {
            listed.AddRange(page.S3Objects.Select(found => found.Key));
            pages.Add(page.KeyCount ?? -1);
        }

        Assert.Equal(keys, listed);
        Assert.Equal([1000, 1000, 345], pages);

        ListObjectsResponse first = await S3.ListObjectsAsync(new ListObjectsRequest { BucketName = "mnist", Prefix = "digit-7/", MaxKeys = 200 });
        ListObjectsResponse second = await S3.ListObjectsAsync(
            new ListObjectsRequest { BucketName = "mnist", Prefix = "digit-7/", MaxKeys = 200, Marker = first.NextMarker });
        Assert.Equal(keys.Where(key => key.StartsWith("digit-7/", StringComparison.Ordinal)), first.S3Objects.Concat(second.S3Objects).Select(found => found.Key));

        ListObjectsV2Response folded = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist", Delimiter = "/" });
        Assert.Equal(Enumerable.Range(0, 10).Select(digit => $"digit-{digit}/"), folded.CommonPrefixes);
        Assert.Equal(0, folded.S3Objects?.Count ?? 0);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100)]
    public async Task Pages_of_any_size_fold_prefixes_once_and_keep_the_order_of_UTF8(int pageSize)
    {
        foreach (string key in (string[])["a", "b/1", "b/2", "b/", "b0", "c/x/1", "c/y", "z z/+é", "\uE000", "😀", "b/\U0010FFFF"])
        {
            await PutAsync(key);
        }

        List<string> listed = [];
        ListObjectsV2Request request = new() { BucketName = "mnist", Delimiter = "/", MaxKeys = pageSize, Encoding = EncodingType.Url };
        await foreach (ListObjectsV2Response page in S3.Paginators.ListObjectsV2(request).Responses)
        {
            IEnumerable<string> names = (page.S3Objects ?? []).Select(found => found.Key).Concat(page.CommonPrefixes ?? []);
            Assert.InRange(names.Count(), 1, pageSize);
            listed.AddRange(names.Select(Uri.UnescapeDataString));
        }

        Assert.Equal(["a", "b/", "b0", "c/", "z z/", "\uE000", "😀"], listed.Order(StringComparer.Ordinal).OrderBy(name => name, S3KeyOrder.Instance));
        if (pageSize == 1)
        {
            Assert.Equal(["a", "b/", "b0", "c/", "z z/", "\uE000", "😀"], listed);
        }
    }

    [Fact]
    public async Task Start_after_a_key_lists_what_follows_it()
    {
        foreach (string key in (string[])["1", "2", "3"])
        {
            await PutAsync(key);
        }

        ListObjectsV2Response page = await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist", StartAfter = "1" });
        Assert.Equal(["2", "3"], page.S3Objects.Select(found => found.Key));
        Assert.Equal("1", page.StartAfter);
    }

    private Task<PutObjectResponse> PutAsync(string key) => S3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = key, ContentBody = key });
}
