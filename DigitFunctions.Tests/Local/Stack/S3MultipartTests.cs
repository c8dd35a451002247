using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class S3MultipartTests : S3ServerTest
{
    private const int PartSize = 5 << 20;
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_large_file_comes_in_parts_and_is_whole(bool defaultChecksums)
    {
        List<BucketNotification> stored = [];
        Server.ObjectStored += (_, notification) => stored.Add(notification);
        using AmazonS3Client s3 = Server.Client(defaultChecksums);
        using TransferUtility transfer = new(s3, new TransferUtilityConfig { MinSizeBeforePartUpload = PartSize });
        byte[] body = RandomNumberGenerator.GetBytes((2 * PartSize) + 1000);
        await transfer.UploadAsync(new TransferUtilityUploadRequest
        {
            BucketName = "mnist",
            Key = "big é.bin",
            InputStream = new MemoryStream(body),
            PartSize = PartSize,
            ContentType = "image/png",
        });

        using GetObjectResponse got = await s3.GetObjectAsync("mnist", "big é.bin");
        Assert.Equal(body, await got.ResponseStream.BytesAsync());
        byte[] digests = [.. body.Chunk(PartSize).SelectMany(part => S3Checksum.Md5(part))];
        Assert.Equal($"\"{Convert.ToHexStringLower(S3Checksum.Md5(digests))}-3\"", got.ETag);
        Assert.Equal("image/png", got.Headers.ContentType);
        Assert.Equal("s3:ObjectCreated:CompleteMultipartUpload", Assert.Single(stored).EventName);
    }

    [Fact]
    public async Task Parts_are_copied_listed_and_joined_in_their_order()
    {
        byte[] source = RandomNumberGenerator.GetBytes(PartSize);
        await S3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "source", InputStream = new MemoryStream(source) });
        string id = await BeginAsync();
        CopyPartResponse first = await S3.CopyPartAsync(new CopyPartRequest
        {
            SourceBucket = "mnist",
            SourceKey = "source",
            DestinationBucket = "mnist",
            DestinationKey = "big",
            UploadId = id,
            PartNumber = 1,
        });
        CopyPartResponse second = await S3.CopyPartAsync(new CopyPartRequest
        {
            SourceBucket = "mnist",
            SourceKey = "source",
            DestinationBucket = "mnist",
            DestinationKey = "big",
            UploadId = id,
            PartNumber = 2,
            FirstByte = 10,
            LastByte = 19,
        });
        ListPartsResponse listed = await S3.ListPartsAsync(new ListPartsRequest { BucketName = "mnist", Key = "big", UploadId = id });
        Assert.Equal([(1, (long)PartSize), (2, 10L)], listed.Parts.Select(part => (part.PartNumber!.Value, part.Size!.Value)));

        await CompleteAsync(id, new PartETag(1, first.ETag), new PartETag(2, second.ETag));
        using GetObjectResponse got = await S3.GetObjectAsync("mnist", "big");
        byte[] expected = [.. source, .. source[10..20]];
        Assert.Equal(expected, await got.ResponseStream.BytesAsync());
    }

    [Fact]
    public async Task An_upload_that_is_ended_cannot_be_ended_again()
    {
        string aborted = await BeginAsync();
        await S3.AbortMultipartUploadAsync("mnist", "big", aborted);
        AmazonS3Exception refusal = await Assert.ThrowsAnyAsync<AmazonS3Exception>(() => CompleteAsync(aborted, new PartETag(1, "x")));
        Assert.Equal("NoSuchUpload", refusal.ErrorCode);
        Assert.Empty((await S3.ListMultipartUploadsAsync("mnist")).MultipartUploads ?? []);
    }

    [Theory]
    [InlineData("InvalidPart", 3)]
    [InlineData("InvalidPartOrder", 2, 1)]
    [InlineData("EntityTooSmall", 1, 2)]
    public async Task Parts_that_cannot_be_joined_are_refused_and_the_upload_stays(string code, params int[] numbers)
    {
        string id = await BeginAsync();
        Dictionary<int, string> eTags = new() { [3] = "never uploaded" };
        foreach (int number in (int[])[1, 2])
        {
            UploadPartResponse part = await S3.UploadPartAsync(new UploadPartRequest
            {
                BucketName = "mnist",
                Key = "big",
                UploadId = id,
                PartNumber = number,
                InputStream = new MemoryStream([1, 2, 3]),
            });
            eTags[number] = part.ETag;
        }

        // The SDK sorts the parts that it names, so this client is made by hand.
        string body = "<CompleteMultipartUpload>"
            + string.Concat(numbers.Select(number => $"<Part><PartNumber>{number}</PartNumber><ETag>{eTags[number]}</ETag></Part>"))
            + "</CompleteMultipartUpload>";
        (HttpStatusCode status, string text) = await new S3Raw("POST", "/mnist/big?uploadId=" + id) { Body = Encoding.UTF8.GetBytes(body) }.SendAsync(Server);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains($"<Code>{code}</Code>", text, StringComparison.Ordinal);
        Assert.Single((await S3.ListMultipartUploadsAsync("mnist")).MultipartUploads);
        await CompleteAsync(id, new PartETag(2, eTags[2]));
        Assert.Equal(3, (await S3.GetObjectMetadataAsync("mnist", "big")).ContentLength);
    }

    private async Task<string> BeginAsync() =>
        (await S3.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = "mnist", Key = "big" })).UploadId;

    private Task<CompleteMultipartUploadResponse> CompleteAsync(string id, params PartETag[] parts) =>
        S3.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = "mnist", Key = "big", UploadId = id, PartETags = [.. parts] });
}
