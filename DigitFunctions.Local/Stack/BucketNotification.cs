namespace DigitFunctions.Local.Stack;

/// <summary>What happened to an object, for those who watch a bucket.</summary>
/// <param name="EventName">As MinIO names it, such as <c>s3:ObjectCreated:Put</c>.</param>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Key">The object's key, not encoded.</param>
public sealed record BucketNotification(string EventName, string Bucket, string Key)
{
    /// <summary>The version made, or taken away; <see langword="null"/> in an unversioned bucket.</summary>
    public string? VersionId { get; init; }

    /// <summary>The object's size in bytes; 0 for a removal.</summary>
    public long Size { get; init; }

    /// <summary>The eTag without quotes; empty for a removal.</summary>
    public string ETag { get; init; } = "";

    /// <summary>Content and cache headers and <c>x-amz-meta-…</c>, names in lower case; empty for a removal.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = S3Headers.None;

    /// <summary>When it happened: unique, and growing from write to write.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>The access key that did it.</summary>
    public string User { get; init; } = "";

    /// <summary>The client's address.</summary>
    public string SourceAddress { get; init; } = "";

    /// <summary>The client's User-Agent; empty where it sent none.</summary>
    public string UserAgent { get; init; } = "";

    /// <summary>The request's id, as its answer carries it.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The server's URL without a slash at the end.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>The server's id, made anew at each start.</summary>
    public string DeploymentId { get; init; } = "";
}
