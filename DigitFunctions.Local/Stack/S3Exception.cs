namespace DigitFunctions.Local.Stack;

/// <summary>A refusal, as S3 words it: an HTTP status and an error code that clients act on.</summary>
/// <remarks>Codes and statuses: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html</remarks>
/// <param name="status">The HTTP status, 304 or 4xx or 5xx.</param>
/// <param name="code">The S3 error code.</param>
/// <param name="message">What was wrong and what would be right.</param>
internal sealed class S3Exception(int status, string code, string message) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public static S3Exception NoSuchBucket(string bucket) => new(404, "NoSuchBucket", $"There is no bucket \"{bucket}\".");

    public static S3Exception NoSuchKey(string key) => new(404, "NoSuchKey", $"There is no object \"{key}\" in this bucket.");

    public static S3Exception NoSuchVersion(string versionId) => new(404, "NoSuchVersion", $"The object has no version \"{versionId}\".");

    public static S3Exception NoSuchUpload(string uploadId) =>
        new(404, "NoSuchUpload", $"There is no multipart upload \"{uploadId}\": it was completed or aborted, or never begun.");

    public static S3Exception PreconditionFailed(string condition) =>
        new(412, "PreconditionFailed", $"The object is not as the header {condition} demands.");

    public static S3Exception NotModified() => new(304, "NotModified", "The object has not changed.");

    public static S3Exception MethodNotAllowed(string method) =>
        new(405, "MethodNotAllowed", $"{method} is not allowed on this resource.");

    public static S3Exception NotImplemented(string what) => new(501, "NotImplemented", $"This server does not offer {what}.");

    public static S3Exception InvalidArgument(string message) => new(400, "InvalidArgument", message);

    public static S3Exception InvalidRequest(string message) => new(400, "InvalidRequest", message);

    public static S3Exception MalformedXml(string message) => new(400, "MalformedXML", message);

    public static S3Exception BadDigest(string header) =>
        new(400, "BadDigest", $"The body does not have the digest that {header} states.");

    public static S3Exception IncompleteBody(long got, long expected) =>
        new(400, "IncompleteBody", $"The body ended after {got} bytes; the headers announce {expected}.");

    public static S3Exception MissingContentLength() =>
        new(411, "MissingContentLength", "The request needs a Content-Length, or x-amz-decoded-content-length with a streaming signature.");
}
