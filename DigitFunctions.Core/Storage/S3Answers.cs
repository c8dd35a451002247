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

    /// <summary>Whether there is no such object, or no such version; a missing bucket is another matter.</summary>
    /// <remarks>
    /// S3's own code decides, not the status: a 404 of something in between, such as an ingress without a route, says nothing of the object.
    /// </remarks>
    public static bool MeansNoSuchObject(AmazonS3Exception e) =>
        e.ErrorCode is "NoSuchKey" or "NoSuchVersion"
        // A version that is a delete marker.
        || e.StatusCode == HttpStatusCode.MethodNotAllowed;

    /// <summary>Whether a condition of the request did not hold.</summary>
    public static bool MeansConditionFailed(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.PreconditionFailed;

    /// <summary>Whether the server does not know the condition at all.</summary>
    public static bool MeansNotImplemented(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotImplemented;

    /// <summary>Whether the same request may succeed a little later.</summary>
    /// <remarks>A refusal such as 403 is none: it stays until somebody mends it, and so do missing buckets and credentials.</remarks>
    public static bool IsTransient(AmazonServiceException e) =>
        (int)e.StatusCode is 0 or 408 or 409 or 429 or >= 500
        || e.ErrorCode is "RequestTimeout" or "SlowDown" or "RequestTimeTooSkewed" or "IncompleteBody" or "BadDigest"
        // The answer broke off, or was none of S3's.
        || e is AmazonUnmarshallingException
        || (e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode?.StartsWith("NoSuch", StringComparison.Ordinal) != true);
}
