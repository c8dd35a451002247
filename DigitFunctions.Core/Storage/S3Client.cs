using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace DigitFunctions.Core.Storage;

/// <summary>Makes the one S3 client that all share.</summary>
public static class S3Client
{
    /// <summary>A client for the server of the settings, with credentials by AWS's ordinary chain.</summary>
    public static AmazonS3Client Create(S3Options options, AWSCredentials? credentials = null)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.ForcePathStyle,
            // Other servers than AWS's do not know the checksums that the SDK adds by default.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // The pipeline tries again by its own budget.
            MaxErrorRetry = 0,
            HttpClientFactory = new S3HttpClientFactory(options.Timeout),
            EndpointProvider = new S3Endpoints(),
        };
        if (string.IsNullOrEmpty(options.ServiceUrl))
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = options.ServiceUrl;
            config.AuthenticationRegion = options.Region;
        }

        return credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(credentials, config);
    }
}
