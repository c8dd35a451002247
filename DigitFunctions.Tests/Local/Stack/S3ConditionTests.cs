using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class S3ConditionTests
{
    private const string Wrong = "\"00000000000000000000000000000000\"";

    public static TheoryData<string, ConditionSupport, HttpStatusCode> Table => new()
    {
        // What is asked, who is played, and the answer; Ceph's column is what its gateway 16.2.15 was seen to answer.
        { "get if-match right", ConditionSupport.Aws, HttpStatusCode.OK },
        { "get if-match wrong", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "get if-match wrong", ConditionSupport.Ceph16, HttpStatusCode.PreconditionFailed },
        { "get if-none-match right", ConditionSupport.Aws, HttpStatusCode.NotModified },
        { "get if-modified-since later", ConditionSupport.Aws, HttpStatusCode.NotModified },
        { "get if-unmodified-since earlier", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "put if-match right", ConditionSupport.Aws, HttpStatusCode.OK },
        { "put if-match wrong", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "put if-match wrong", ConditionSupport.Ceph16, HttpStatusCode.PreconditionFailed },
        { "put if-match right", ConditionSupport.Ceph16, HttpStatusCode.PreconditionFailed },
        { "put if-match missing", ConditionSupport.Aws, HttpStatusCode.NotFound },
        { "put if-none-match", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "put if-none-match", ConditionSupport.Ceph16, HttpStatusCode.OK },
        { "put if-none-match missing", ConditionSupport.Aws, HttpStatusCode.OK },
        { "copy source-if-match right", ConditionSupport.Aws, HttpStatusCode.OK },
        { "copy source-if-match wrong", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "copy source-if-match wrong", ConditionSupport.Ceph16, HttpStatusCode.OK },
        { "copy source-if-none-match right", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "copy if-none-match", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "delete if-match right", ConditionSupport.Aws, HttpStatusCode.NoContent },
        { "delete if-match wrong", ConditionSupport.Aws, HttpStatusCode.PreconditionFailed },
        { "delete if-match wrong", ConditionSupport.Ceph16, HttpStatusCode.NoContent },
        { "delete if-match missing", ConditionSupport.Aws, HttpStatusCode.NotFound },
        { "delete unmodified-since earlier", ConditionSupport.Aws, HttpStatusCode.NoContent },
        { "delete unmodified-since earlier", ConditionSupport.Ceph16, HttpStatusCode.PreconditionFailed },
        { "delete unmodified-since later", ConditionSupport.Ceph16, HttpStatusCode.NoContent },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_condition_is_honoured_as_the_server_played_honours_it(string request, ConditionSupport support, HttpStatusCode expected)
    {
        await using S3Server server = await S3Clients.StartAsync(new S3ServerOptions { Conditions = support });
        using AmazonS3Client s3 = server.Client();
        string right = (await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "0.png", ContentBody = "0" })).ETag;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "1.png", ContentBody = "1" });

        Assert.Equal(expected, await StatusAsync(s3, request, right));

        bool deleted = request.StartsWith("delete", StringComparison.Ordinal) && expected == HttpStatusCode.NoContent;
        Assert.Equal(deleted ? 1 : request.EndsWith("missing", StringComparison.Ordinal) && expected == HttpStatusCode.OK ? 3 : 2,
            (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" })).S3Objects.Count);
    }

    [Fact]
    public async Task Of_many_deletes_at_once_each_condition_stands_alone()
    {
        await using S3Server server = await S3Clients.StartAsync();
        using AmazonS3Client s3 = server.Client();
        string eTag = (await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "0.png", ContentBody = "0" })).ETag;
        await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "1.png", ContentBody = "1" });
        DeleteObjectsException refusal = await Assert.ThrowsAsync<DeleteObjectsException>(() => s3.DeleteObjectsAsync(new DeleteObjectsRequest
        {
            BucketName = "mnist",
            Objects = [new KeyVersion { Key = "0.png", ETag = eTag }, new KeyVersion { Key = "1.png", ETag = Wrong }],
        }));
        Assert.Equal(["0.png"], refusal.Response.DeletedObjects.Select(entry => entry.Key));
        Assert.Equal([("1.png", "PreconditionFailed")], refusal.Response.DeleteErrors.Select(entry => (entry.Key, entry.Code)));
    }

    private static async Task<HttpStatusCode> StatusAsync(AmazonS3Client s3, string request, string right)
    {
        CopyObjectRequest copy = new() { SourceBucket = "mnist", SourceKey = "0.png", DestinationBucket = "mnist", DestinationKey = "1.png" };
        PutObjectRequest put = new() { BucketName = "mnist", Key = request.EndsWith("missing", StringComparison.Ordinal) ? "2.png" : "0.png", ContentBody = "2" };
        GetObjectRequest get = new() { BucketName = "mnist", Key = "0.png" };
        DeleteObjectRequest delete = new() { BucketName = "mnist", Key = put.Key };
        string eTag = request.EndsWith("right", StringComparison.Ordinal) ? right : Wrong;
        switch (request.Split(' ')[..2])
        {
            case ["get", "if-match"]: get.EtagToMatch = eTag; break;
            case ["get", "if-none-match"]: get.EtagToNotMatch = eTag; break;
            case ["get", "if-modified-since"]: get.ModifiedSinceDate = DateTime.UtcNow.AddHours(1); break;
            case ["get", "if-unmodified-since"]: get.UnmodifiedSinceDate = DateTime.UtcNow.AddHours(-1); break;
            case ["put", "if-match"]: put.IfMatch = eTag; break;
            case ["put", "if-none-match"]: put.IfNoneMatch = "*"; break;
            case ["copy", "source-if-match"]: copy.ETagToMatch = eTag; break;
            case ["copy", "source-if-none-match"]: copy.ETagToNotMatch = eTag; break;
            case ["copy", "if-none-match"]: copy.IfNoneMatch = "*"; break;
            case ["delete", "if-match"]: delete.IfMatch = eTag; break;
            case ["delete", "unmodified-since"]:
                UnmodifiedSince.Add(delete, DateTimeOffset.UtcNow.AddHours(request.EndsWith("later", StringComparison.Ordinal) ? 1 : -1));
                break;
            default: throw new ArgumentException(request);
        }

        try
        {
            return request.Split(' ')[0] switch
            {
                "get" => (await s3.GetObjectAsync(get)).HttpStatusCode,
                "put" => (await s3.PutObjectAsync(put)).HttpStatusCode,
                "copy" => (await s3.CopyObjectAsync(copy)).HttpStatusCode,
                _ => (await s3.DeleteObjectAsync(delete)).HttpStatusCode,
            };
        }
        catch (AmazonS3Exception refusal)
        {
            return refusal.StatusCode;
        }
    }
}
