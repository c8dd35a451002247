using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace DigitFunctions.Core.Storage;

/// <summary>What an S3 server's answers mean.</summary>
internal static class S3Answers
{
    /// <summary>An eTag as headers carry it, without its quotes.</summary>
    public static string Unquote(string? eTag) => eTag?.Trim('"') ?? "";

    /// <summary>An eTag as conditions want it, in quotes.</summary>
    public static string Quote(string eTag) => $"\"{eTag}\"";

    /// <summary>Whether S3 itself says that there is no such object, or no such version; a missing bucket is another matter.</summary>
    /// <remarks>
    /// S3's own code decides, not the status: a 404 of something in between, such as an ingress without a route, says nothing of the object.
    /// An answer to HEAD has no body, so that there S3's request id has to do.
    /// </remarks>
    /// <param name="e">The answer.</param>
    /// <param name="version">The version that was asked for, if one was.</param>
    public static bool MeansNoSuchObject(AmazonS3Exception e, string? version) =>
        e.ErrorCode is "NoSuchKey" or "NoSuchVersion"
        // A version that is a delete marker; without a version it would say that the method, and not the object, is wrong.
        || (version is not null && e.StatusCode == HttpStatusCode.MethodNotAllowed)
        || (e.StatusCode == HttpStatusCode.NotFound && IsWithoutCode(e) && !string.IsNullOrEmpty(e.RequestId));

    // The SDK makes up a code where an answer has no body: the status in words, or a number.
    private static bool IsWithoutCode(AmazonS3Exception e) => e.ErrorCode is null or "" or "NotFound" or "404" or "Not Found";

    /// <summary>Whether a condition of the request did not hold.</summary>
    public static bool MeansConditionFailed(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>Whether the server does not know the condition at all.</summary>
    public static bool MeansNotImplemented(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotImplemented;

    /// <summary>Whether the same request may succeed a little later.</summary>
    /// <remarks>A refusal such as 403 is none: it stays until somebody mends it, and so do missing buckets, credentials, a clock, and what the server does not know (501).</remarks>
    public static bool IsTransient(AmazonServiceException e) =>
        (int)e.StatusCode is 0 or 408 or 409 or 429 or 500 or > 501
        || e.ErrorCode is "RequestTimeout" or "SlowDown" or "IncompleteBody" or "BadDigest"
        // The answer broke off, or was none of S3's.
        || e is AmazonUnmarshallingException
        || (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode?.StartsWith("NoSuch", StringComparison.Ordinal) != true);

    /// <summary>Whether a refusal can be of no single object: credentials, account, bucket, quota, the clock.</summary>
    public static bool ConcernsEverything(StoreRefusedException refused) => refused.InnerException is not AmazonS3Exception
        || refused.Code is "ExpiredToken" or "TokenRefreshRequired" or "InvalidToken" or "InvalidAccessKeyId" or "InvalidClientTokenId" or "SignatureDoesNotMatch"
            or "AuthorizationHeaderMalformed" or "MissingSecurityHeader" or "InvalidSecurity" or "UnrecognizedClientException"
            or "AccountProblem" or "AllAccessDisabled" or "NotSignedUp" or "OptInRequired" or "UserSuspended"
            or "NoSuchBucket" or "InvalidBucketName" or "InvalidBucketState"
            or "QuotaExceeded" or "XMinioAdminBucketQuotaExceeded" or "RequestTimeTooSkewed" or "RequestExpired";
}
