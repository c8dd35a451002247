using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class S3ObjectTests : S3ServerTest
{
    private const string Md5OfPicture = "781e5e245d69b566979b86e28d23f2c7";
    private static readonly byte[] s_picture = "0123456789"u8.ToArray();

    [Theory]
    [InlineData("0.png")]
    [InlineData("a b/0+é.png")]
    [InlineData("folder/")]
    [InlineData("%41?x=1&y=#;:@!$'()*,~.png")]
    [InlineData("数字/🔢.png")]
    [InlineData("double//slash")]
    [InlineData("quote\"<>&.png")]
    public async Task What_was_put_under_any_key_is_got_listed_and_deleted(string key)
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = key, InputStream = new MemoryStream(s_picture) });

        using GetObjectResponse got = await S3.GetObjectAsync("mnist", key);
        Assert.Equal(s_picture, await got.ResponseStream.BytesAsync());
        Assert.Equal($"\"{Md5OfPicture}\"", got.ETag);
        Assert.Equal(key, Assert.Single((await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" })).S3Objects).Key);

        await S3.DeleteObjectAsync("mnist", key);
        NoSuchKeyException gone = await Assert.ThrowsAsync<NoSuchKeyException>(() => S3.GetObjectAsync("mnist", key));
        Assert.Equal("NoSuchKey", gone.ErrorCode);
        Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Bodies_of_every_size_and_checksum_mode_come_whole(bool defaultChecksums, bool chunked)
    {
        using AmazonS3Client s3 = Server.Client(defaultChecksums);
        foreach (int size in (int[])[0, 1, 324, 65_536, 81_920, 200_001])
        {
            byte[] body = RandomNumberGenerator.GetBytes(size);
            await s3.PutObjectAsync(new PutObjectRequest
            {
                BucketName = "mnist",
                Key = "0.png",
                InputStream = new MemoryStream(body),
                UseChunkEncoding = chunked,
            });
            using GetObjectResponse got = await s3.GetObjectAsync("mnist", "0.png");
            Assert.Equal(body, await got.ResponseStream.BytesAsync());
            Assert.Null(got.Headers.ContentEncoding);
        }
    }

    [Theory]
    [InlineData("CRC32")]
    [InlineData("SHA1")]
    [InlineData("SHA256")]
    public async Task A_checksum_is_verified_kept_and_given_back(string algorithm)
    {
        using AmazonS3Client s3 = Server.Client(defaultChecksums: true);
        await s3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = "mnist",
            Key = "0.png",
            InputStream = new MemoryStream(s_picture),
            ChecksumAlgorithm = ChecksumAlgorithm.FindValue(algorithm),
        });

        GetObjectMetadataResponse head = await s3.GetObjectMetadataAsync(
            new GetObjectMetadataRequest { BucketName = "mnist", Key = "0.png", ChecksumMode = ChecksumMode.ENABLED });
        string? kept = algorithm switch
        {
            "CRC32" => head.ChecksumCRC32,
            "SHA1" => head.ChecksumSHA1,
            _ => head.ChecksumSHA256,
        };
        Assert.Equal(S3Checksum.Compute("x-amz-checksum-" + algorithm, s_picture), kept);
        using GetObjectResponse got = await s3.GetObjectAsync("mnist", "0.png");
        Assert.Equal(s_picture, await got.ResponseStream.BytesAsync());
    }

    [Fact]
    public async Task A_body_that_differs_from_its_md5_is_refused()
    {
        AmazonS3Exception refusal = await Assert.ThrowsAsync<AmazonS3Exception>(() => S3.PutObjectAsync(new PutObjectRequest
        {
            BucketName = "mnist",
            Key = "0.png",
            InputStream = new MemoryStream(s_picture),
            MD5Digest = Convert.ToBase64String(new byte[16]),
        }));
        Assert.Equal("BadDigest", refusal.ErrorCode);
        Assert.Equal(HttpStatusCode.BadRequest, refusal.StatusCode);
        await Assert.ThrowsAsync<AmazonS3Exception>(() => S3.GetObjectMetadataAsync("mnist", "0.png"));
    }

    [Fact]
    public async Task Headers_and_metadata_come_back_and_a_copy_keeps_or_replaces_them()
    {
        PutObjectRequest put = new() { BucketName = "mnist", Key = "0.png", InputStream = new MemoryStream(s_picture), ContentType = "image/png" };
        put.Headers.CacheControl = "max-age=60";
        put.Headers.ContentDisposition = "attachment; filename=\"0.png\"";
        put.Headers.ContentEncoding = "identity";
        put.Headers["Content-Language"] = "en";
        put.Headers.Expires = new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc);
        put.Metadata["Colour"] = "grey on white";
        await S3.PutObjectAsync(put);
        await S3.CopyObjectAsync(new CopyObjectRequest { SourceBucket = "mnist", SourceKey = "0.png", DestinationBucket = "mnist", DestinationKey = "copy.png" });
        CopyObjectRequest replacing = new()
        {
            SourceBucket = "mnist",
            SourceKey = "0.png",
            DestinationBucket = "mnist",
            DestinationKey = "0.png",
            MetadataDirective = S3MetadataDirective.REPLACE,
            ContentType = "image/x-png",
        };
        replacing.Metadata["digit"] = "0";
        await S3.CopyObjectAsync(replacing);

        GetObjectMetadataResponse copy = await S3.GetObjectMetadataAsync("mnist", "copy.png");
        Assert.Equal("image/png", copy.Headers.ContentType);
        Assert.Equal("max-age=60", copy.Headers.CacheControl);
        Assert.Equal("attachment; filename=\"0.png\"", copy.Headers.ContentDisposition);
        Assert.Equal("identity", copy.Headers.ContentEncoding);
        Assert.Equal("en", copy.Headers["Content-Language"]);
        Assert.Equal("grey on white", copy.Metadata["colour"]);
        Assert.Equal("Wed, 02 Jan 2030 03:04:05 GMT", copy.ExpiresString);
        GetObjectMetadataResponse replaced = await S3.GetObjectMetadataAsync("mnist", "0.png");
        Assert.Equal("image/x-png", replaced.Headers.ContentType);
        Assert.Equal(["x-amz-meta-digit"], replaced.Metadata.Keys);
        Assert.Null(replaced.Headers.CacheControl);
    }

    [Fact]
    public async Task Metadata_beyond_ASCII_is_served_as_it_was_sent()
    {
        // The SDK refuses such values, other clients send them as UTF-8: RFC 2047 words are theirs to make.
        PutObjectRequest put = new() { BucketName = "mnist", Key = "0.png", InputStream = new MemoryStream(s_picture) };
        put.Metadata["colour"] = "=?UTF-8?B?w6k=?=";
        await S3.PutObjectAsync(put);
        Assert.Equal("=?UTF-8?B?w6k=?=", (await S3.GetObjectMetadataAsync("mnist", "0.png")).Metadata["colour"]);
    }

    [Fact]
    public async Task Metadata_of_more_than_2_KiB_is_refused()
    {
        PutObjectRequest put = new() { BucketName = "mnist", Key = "0.png", InputStream = new MemoryStream(s_picture) };
        put.Metadata["long"] = new string('x', 2048);
        AmazonS3Exception refusal = await Assert.ThrowsAsync<AmazonS3Exception>(() => S3.PutObjectAsync(put));
        Assert.Equal("MetadataTooLarge", refusal.ErrorCode);
    }

    [Theory]
    [InlineData(0, 9, "0123456789")]
    [InlineData(3, 5, "345")]
    [InlineData(8, 100, "89")]
    public async Task A_range_is_a_part_of_the_object(long from, long to, string expected)
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "digits.txt", ContentBody = "0123456789" });
        using GetObjectResponse got = await S3.GetObjectAsync(
            new GetObjectRequest { BucketName = "mnist", Key = "digits.txt", ByteRange = new ByteRange(from, to) });
        Assert.Equal(expected, Encoding.UTF8.GetString(await got.ResponseStream.BytesAsync()));
        Assert.Equal(expected.Length, got.ContentLength);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_refused_and_a_suffix_is_served()
    {
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "digits.txt", ContentBody = "0123456789" });
        AmazonS3Exception refusal = await Assert.ThrowsAsync<AmazonS3Exception>(() => S3.GetObjectAsync(
            new GetObjectRequest { BucketName = "mnist", Key = "digits.txt", ByteRange = new ByteRange(10, 20) }));
        Assert.Equal("InvalidRange", refusal.ErrorCode);
        using GetObjectResponse got = await S3.GetObjectAsync(
            new GetObjectRequest { BucketName = "mnist", Key = "digits.txt", ByteRange = new ByteRange("bytes=-3") });
        Assert.Equal("789", Encoding.UTF8.GetString(await got.ResponseStream.BytesAsync()));
    }

    [Fact]
    public async Task Many_objects_are_deleted_at_once_and_missing_ones_count_as_deleted()
    {
        foreach (string key in (string[])["1.png", "2 é.png", "3.png"])
        {
            await S3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = key, ContentBody = key });
        }

        DeleteObjectsResponse deleted = await S3.DeleteObjectsAsync(new DeleteObjectsRequest
        {
            BucketName = "mnist",
            Objects = [new KeyVersion { Key = "1.png" }, new KeyVersion { Key = "2 é.png" }, new KeyVersion { Key = "never.png" }],
        });
        Assert.Equal(["1.png", "2 é.png", "never.png"], deleted.DeletedObjects.Select(entry => entry.Key));
        Assert.Equal("3.png", Assert.Single((await S3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" })).S3Objects).Key);
    }

    [Fact]
    public async Task Sixteen_writers_of_one_key_leave_one_whole_object()
    {
        byte[][] bodies = [.. Enumerable.Range(0, 16).Select(i => Enumerable.Repeat((byte)i, 10_000).ToArray())];
        await Task.WhenAll(bodies.Select(body => S3.PutObjectAsync(
            new PutObjectRequest { BucketName = "mnist", Key = "0.png", InputStream = new MemoryStream(body) })));
        using GetObjectResponse got = await S3.GetObjectAsync("mnist", "0.png");
        byte[] left = await got.ResponseStream.BytesAsync();
        Assert.Contains(bodies, body => body.AsSpan().SequenceEqual(left));
    }

    [Fact]
    public async Task Of_sixteen_that_want_to_be_first_one_is()
    {
        bool[] won = await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            try
            {
                await S3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "0.png", ContentBody = $"{i}", IfNoneMatch = "*" });
                return true;
            }
            catch (AmazonS3Exception refusal) when (refusal.ErrorCode == "PreconditionFailed")
            {
                return false;
            }
        }));
        Assert.Single(won, true);
    }
}
