using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

public sealed class S3FolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("s3-folder").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Objects_versions_and_metadata_survive_a_restart()
    {
        string kept;
        await using (S3Server server = await StartAsync())
        {
            using AmazonS3Client s3 = server.Client();
            PutObjectRequest put = new() { BucketName = "mnist", Key = "a b/0+é.png", ContentBody = "0123456789", ContentType = "image/png" };
            put.Metadata["colour"] = "grey";
            await s3.PutObjectAsync(put);
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "1.png", ContentBody = "first" });
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "1.png", ContentBody = "second" });
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "2.png", ContentBody = "gone" });
            await s3.DeleteObjectAsync("mnist", "2.png");
            await s3.CopyObjectAsync("mnist", "1.png", "mnist", "copy.png");
            await s3.PutBucketVersioningAsync(new PutBucketVersioningRequest { BucketName = "mnist", VersioningConfig = new() { Status = VersionStatus.Enabled } });
            kept = (await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "3.png", ContentBody = "old" })).VersionId;
            await s3.DeleteObjectAsync("mnist", "3.png");
        }

        Assert.Empty(Directory.GetFiles(_folder, "*.partial", SearchOption.AllDirectories));
        await using (S3Server server = await StartAsync())
        {
            using AmazonS3Client s3 = server.Client();
            Assert.Equal(["1.png", "a b/0+é.png", "copy.png"],
                (await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" })).S3Objects.Select(found => found.Key));
            using GetObjectResponse got = await s3.GetObjectAsync("mnist", "a b/0+é.png");
            Assert.Equal("0123456789", System.Text.Encoding.UTF8.GetString(await got.ResponseStream.BytesAsync()));
            Assert.Equal(("image/png", "grey", "\"781e5e245d69b566979b86e28d23f2c7\""), (got.Headers.ContentType, got.Metadata["colour"], got.ETag));
            using GetObjectResponse part = await s3.GetObjectAsync(new GetObjectRequest { BucketName = "mnist", Key = "copy.png", ByteRange = new ByteRange(1, 3) });
            Assert.Equal("eco", System.Text.Encoding.UTF8.GetString(await part.ResponseStream.BytesAsync()));
            using GetObjectResponse old = await s3.GetObjectAsync("mnist", "3.png", kept);
            Assert.Equal(3, old.ContentLength);
            Assert.Equal(VersionStatus.Enabled, (await s3.GetBucketVersioningAsync("mnist")).VersioningConfig.Status);
        }
    }

    [Fact]
    public async Task A_file_that_a_crash_left_behind_is_cleared_away_and_a_broken_one_is_not_served()
    {
        await using (S3Server server = await StartAsync())
        {
            using AmazonS3Client s3 = server.Client();
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "1.png", ContentBody = "1" });
            await s3.PutObjectAsync(new PutObjectRequest { BucketName = "mnist", Key = "2.png", ContentBody = "2" });
        }

        string[] files = [.. Directory.GetFiles(Path.Combine(_folder, "mnist"), "*.object").Order(StringComparer.Ordinal)];
        Assert.Equal(2, files.Length);
        // An overwrite was written, but the process died before it deleted what it replaced.
        string newer = Path.Combine(_folder, "mnist", "7fffffffffffffff.object");
        File.Copy(files[0], newer);
        // Another was cut short.
        using (FileStream cut = File.OpenWrite(files[1]))
        {
            cut.SetLength(cut.Length - 1);
        }

        await using (S3Server server = await StartAsync())
        {
            using AmazonS3Client s3 = server.Client();
            Assert.Equal("1.png", Assert.Single((await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = "mnist" })).S3Objects).Key);
            Assert.False(File.Exists(files[0]));
            Assert.True(File.Exists(newer));
            Assert.True(File.Exists(files[1]));
        }
    }

    private Task<S3Server> StartAsync() => S3Clients.StartAsync(new S3ServerOptions { Folder = _folder });
}
