using Amazon.Runtime;
using Amazon.S3;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Local.Stack;

/// <summary>The real SDK's client, set up for a local server.</summary>
internal static class S3Clients
{
    /// <summary>A client as this project's apps use it, or with the SDK's own default checksums.</summary>
    public static AmazonS3Client Client(this S3Server server, bool defaultChecksums = false, string user = "minio", string password = "minio123")
    {
        AmazonS3Config config = new()
        {
            ServiceURL = server.Url.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = "us-east-1",
            MaxErrorRetry = 0,
        };
        if (!defaultChecksums)
        {
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }

        return new AmazonS3Client(new BasicAWSCredentials(user, password), config);
    }

    /// <summary>A server with the bucket <c>mnist</c>.</summary>
    public static async Task<S3Server> StartAsync(S3ServerOptions? options = null)
    {
        S3Server server = await S3Server.StartAsync(options ?? new S3ServerOptions());
        server.EnsureBucket("mnist");
        return server;
    }

    public static async Task<byte[]> BytesAsync(this Stream stream)
    {
        using MemoryStream copy = new();
        await stream.CopyToAsync(copy);
        return copy.ToArray();
    }
}
