using Microsoft.AspNetCore.Http;

namespace DigitFunctions.Local.Stack;

/// <summary>Finds the operation that a request's method, path and query name.</summary>
internal sealed class S3Router(S3BucketActions buckets, S3ObjectActions objects, S3DeleteActions deletes, S3MultipartActions multipart)
{
    // Query parameters that name something other than the bucket or object itself.
    private static readonly HashSet<string> Subresources = new(StringComparer.Ordinal)
    {
        "accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption", "intelligent-tiering", "inventory", "legal-hold", "lifecycle",
        "location", "logging", "metadataConfiguration", "metadataTable", "metrics", "notification", "object-lock", "ownershipControls", "partNumber",
        "policy", "policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore", "retention", "select", "session", "tagging", "torrent",
        "uploadId", "uploads", "versioning", "versions", "website",
    };

    // What a bucket without such a configuration answers.
    private static readonly Dictionary<string, string> Absent = new(StringComparer.Ordinal)
    {
        ["cors"] = "NoSuchCORSConfiguration",
        ["encryption"] = "ServerSideEncryptionConfigurationNotFoundError",
        ["lifecycle"] = "NoSuchLifecycleConfiguration",
        ["object-lock"] = "ObjectLockConfigurationNotFoundError",
        ["policy"] = "NoSuchBucketPolicy",
        ["replication"] = "ReplicationConfigurationNotFoundError",
        ["tagging"] = "NoSuchTagSet",
        ["website"] = "NoSuchWebsiteConfiguration",
    };

    /// <summary>Runs the operation.</summary>
    /// <exception cref="S3Exception">It is refused, or not offered.</exception>
    public Task RouteAsync(S3Call call)
    {
        string method = call.Request.Method;
        if (call.Target.Bucket.Length == 0)
        {
            return method == "GET" ? buckets.ListBucketsAsync(call) : throw S3Exception.MethodNotAllowed(method);
        }

        string? subresource = null;
        foreach (KeyValuePair<string, string> pair in call.Target.Query)
        {
            // A part's number comes with its upload's id, which says what is asked.
            if (Subresources.Contains(pair.Key) && (pair.Key != "partNumber" || subresource is null))
            {
                subresource = pair.Key;
            }
        }

        return call.Target.Key.Length == 0 ? RouteBucket(call, method, subresource) : RouteObject(call, method, subresource);
    }

    private Task RouteBucket(S3Call call, string method, string? subresource) => (method, subresource) switch
    {
        ("GET", null) => call.Target["list-type"] == "2" ? buckets.ListAsync(call) : buckets.ListV1Async(call),
        ("HEAD", null) => buckets.HeadAsync(call),
        ("PUT", null) => buckets.CreateAsync(call),
        ("DELETE", null) => buckets.DeleteAsync(call),
        ("GET", "location") => buckets.GetLocationAsync(call),
        ("GET", "uploads") => multipart.ListUploadsAsync(call),
        ("GET", "versioning") => buckets.GetVersioningAsync(call),
        ("PUT", "versioning") => buckets.PutVersioningAsync(call),
        ("GET", "versions") => buckets.ListVersionsAsync(call),
        ("POST", "delete") => deletes.DeleteManyAsync(call),
        ("GET", string name) when Absent.TryGetValue(name, out string? code) =>
            throw new S3Exception(404, code, $"The bucket has no {name} configuration."),
        (_, string name) => throw S3Exception.NotImplemented($"{method} of a bucket's {name}"),
        ("POST", null) => throw S3Exception.NotImplemented("uploads by HTML form"),
        _ => throw S3Exception.MethodNotAllowed(method),
    };

    private Task RouteObject(S3Call call, string method, string? subresource) => (method, subresource) switch
    {
        ("GET" or "HEAD", null) => objects.GetAsync(call),
        ("PUT", null) => call.Headers.ContainsKey("x-amz-copy-source") ? objects.CopyAsync(call) : objects.PutAsync(call),
        ("DELETE", null) => deletes.DeleteAsync(call),
        ("GET", "tagging") => call.WriteXmlAsync("Tagging", xml => xml.Element("TagSet", _ => { })),
        ("POST", "uploads") => multipart.BeginAsync(call),
        ("PUT", "uploadId") => call.Headers.ContainsKey("x-amz-copy-source") ? multipart.CopyPartAsync(call, objects) : multipart.PutPartAsync(call),
        ("POST", "uploadId") => multipart.CompleteAsync(call),
        ("DELETE", "uploadId") => multipart.AbortAsync(call),
        ("GET", "uploadId") => multipart.ListPartsAsync(call),
        (_, string name) => throw S3Exception.NotImplemented($"{method} of an object's {name}"),
        _ => throw S3Exception.MethodNotAllowed(method),
    };
}
