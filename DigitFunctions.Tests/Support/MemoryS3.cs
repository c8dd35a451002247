using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace DigitFunctions.Tests.Support;

/// <summary>Whose conditions a <see cref="MemoryS3"/> plays.</summary>
public enum MemoryConditions
{
    /// <summary>All of them.</summary>
    Aws,

    /// <summary>Only <c>If-Match</c> on PUT.</summary>
    Ceph,

    /// <summary>None.</summary>
    None,
}

/// <summary>One call that reaches a <see cref="MemoryS3"/>.</summary>
internal readonly record struct MemoryCall(string Method, string Bucket, string Key)
{
    public override string ToString() => $"{Method} {Bucket}/{Key}";
}

/// <summary>An object in memory.</summary>
internal sealed record MemoryObject(byte[] Bytes, string ETag, IReadOnlyDictionary<string, string> Metadata, DateTime LastModified, long Order)
{
    public string? this[string name] => Metadata.GetValueOrDefault("x-amz-meta-" + name);
}

/// <summary>An S3 server without a wire: quick, and its caller decides what each call meets.</summary>
/// <param name="conditions">What it honours.</param>
/// <param name="sibling">Another client of the same server; its objects are shared, what calls meet is not.</param>
internal sealed class MemoryS3(MemoryConditions conditions = MemoryConditions.Aws, MemoryS3? sibling = null)
    : AmazonS3Client(new BasicAWSCredentials("minio", "minio123"), new AmazonS3Config { ServiceURL = "http://127.0.0.1:9" })
{
    private static readonly DateTime Epoch = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static long _writes;

    private readonly Lock _lock = sibling?._lock ?? new();
    private readonly HashSet<string> _buckets = sibling?._buckets ?? [];
    private readonly Dictionary<(string Bucket, string Key), MemoryObject> _objects = sibling?._objects ?? [];

    /// <summary>Every call, in order.</summary>
    public ConcurrentQueue<MemoryCall> Calls { get; } = [];

    /// <summary>Comes before the server does anything; what it throws is the answer.</summary>
    public Func<MemoryCall, CancellationToken, Task>? Before { get; set; }

    /// <summary>Comes between what the server did and its answer; what it throws takes the answer's place.</summary>
    public Func<MemoryCall, CancellationToken, Task>? After { get; set; }

    public static AmazonS3Exception Error(int status, string code, string requestId = "REQUEST") =>
        new($"Played: {code}.", ErrorType.Sender, code, requestId, (HttpStatusCode)status);

    /// <summary>A fault for some calls.</summary>
    public void Refuse(Func<MemoryCall, bool> which, int status, string code) => Before = (call, _) =>
        which(call) ? Task.FromException(Error(status, code)) : Task.CompletedTask;

    public int Count(string method, string bucket) => Calls.Count(call => call.Method == method && call.Bucket == bucket && !call.Key.StartsWith('.'));

    public void CreateBuckets(params string[] names)
    {
        lock (_lock)
        {
            _buckets.UnionWith(names);
        }
    }

    public IReadOnlyList<string> Keys(string bucket)
    {
        lock (_lock)
        {
            return [.. _objects.Keys.Where(at => at.Bucket == bucket && !at.Key.StartsWith('.')).Select(at => at.Key).Order(StringComparer.Ordinal)];
        }
    }

    public MemoryObject? Find(string bucket, string key)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault((bucket, key));
        }
    }

    public string Upload(string bucket, string key, byte[] bytes)
    {
        lock (_lock)
        {
            return Store(bucket, key, bytes, new Dictionary<string, string>()).ETag;
        }
    }

    public void Remove(string bucket, string key)
    {
        lock (_lock)
        {
            _objects.Remove((bucket, key));
        }
    }

    public override Task<GetObjectResponse> GetObjectAsync(GetObjectRequest request, CancellationToken cancellationToken = default) =>
        AnswerAsync("GET", request.BucketName, request.Key, () =>
        {
            MemoryObject found = Visible(request.BucketName, request.Key, "NoSuchKey");
            var response = new GetObjectResponse
            {
                ETag = $"\"{found.ETag}\"",
                LastModified = found.LastModified,
                ResponseStream = new MemoryStream(found.Bytes, writable: false),
                ContentLength = found.Bytes.Length,
            };
            response.Headers["Content-Length"] = found.Bytes.Length.ToString(CultureInfo.InvariantCulture);
            foreach ((string name, string value) in found.Metadata)
            {
                response.Metadata[name] = value;
            }

            return response;
        }, cancellationToken);

    public override Task<GetObjectResponse> GetObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default) =>
        GetObjectAsync(new GetObjectRequest { BucketName = bucketName, Key = key }, cancellationToken);

    public override Task<GetObjectMetadataResponse> GetObjectMetadataAsync(string bucketName, string key, CancellationToken cancellationToken = default) =>
        AnswerAsync("HEAD", bucketName, key, () =>
        {
            MemoryObject found = Visible(bucketName, key, "NotFound");
            var response = new GetObjectMetadataResponse { ETag = $"\"{found.ETag}\"", LastModified = found.LastModified };
            foreach ((string name, string value) in found.Metadata)
            {
                response.Metadata[name] = value;
            }

            return response;
        }, cancellationToken);

    public override Task<PutObjectResponse> PutObjectAsync(PutObjectRequest request, CancellationToken cancellationToken = default)
    {
        var body = new MemoryStream();
        if (request.InputStream is { } stream)
        {
            stream.CopyTo(body);
        }
        else
        {
            body.Write(System.Text.Encoding.UTF8.GetBytes(request.ContentBody ?? ""));
        }

        Dictionary<string, string> metadata = request.Metadata.Keys.ToDictionary(name => name, name => request.Metadata[name]);
        return AnswerAsync("PUT", request.BucketName, request.Key, () =>
        {
            MemoryObject? present = _objects.GetValueOrDefault((request.BucketName, request.Key));
            if (conditions == MemoryConditions.Aws && request.IfNoneMatch is not null && present is not null)
            {
                throw Error(412, "PreconditionFailed");
            }

            if (conditions != MemoryConditions.None && request.IfMatch is { } match && present?.ETag != match.Trim('"'))
            {
                throw present is null ? Error(404, "NoSuchKey") : Error(412, "PreconditionFailed");
            }

            return new PutObjectResponse { ETag = $"\"{Store(request.BucketName, request.Key, body.ToArray(), metadata).ETag}\"" };
        }, cancellationToken);
    }

    public override Task<DeleteObjectResponse> DeleteObjectAsync(DeleteObjectRequest request, CancellationToken cancellationToken = default) =>
        AnswerAsync("DELETE", request.BucketName, request.Key, () =>
        {
            MemoryObject? present = _objects.GetValueOrDefault((request.BucketName, request.Key));
            if (conditions == MemoryConditions.Aws && request.IfMatch is { } match && present?.ETag != match.Trim('"'))
            {
                throw present is null ? Error(404, "NoSuchKey") : Error(412, "PreconditionFailed");
            }

            _objects.Remove((request.BucketName, request.Key));
            return new DeleteObjectResponse();
        }, cancellationToken);

    public override Task<DeleteObjectResponse> DeleteObjectAsync(string bucketName, string key, CancellationToken cancellationToken = default) =>
        DeleteObjectAsync(new DeleteObjectRequest { BucketName = bucketName, Key = key }, cancellationToken);

    public override Task<ListObjectsV2Response> ListObjectsV2Async(ListObjectsV2Request request, CancellationToken cancellationToken = default) =>
        AnswerAsync("LIST", request.BucketName, "", () =>
        {
            string after = request.ContinuationToken ?? request.StartAfter ?? "";
            int most = request.MaxKeys ?? 1_000;
            S3Object[] found =
            [
                .. _objects.Where(at => at.Key.Bucket == request.BucketName && at.Key.Key.StartsWith(request.Prefix ?? "", StringComparison.Ordinal) && string.CompareOrdinal(at.Key.Key, after) > 0)
                    .OrderBy(at => at.Key.Key, StringComparer.Ordinal).Take(most + 1)
                    .Select(at => new S3Object { Key = at.Key.Key, LastModified = at.Value.LastModified, ETag = $"\"{at.Value.ETag}\"", Size = at.Value.Bytes.Length }),
            ];
            bool isMore = found.Length > most;
            return new ListObjectsV2Response { S3Objects = [.. found.Take(most)], IsTruncated = isMore, NextContinuationToken = isMore ? found[most - 1].Key : null };
        }, cancellationToken);

    public override Task<HeadBucketResponse> HeadBucketAsync(HeadBucketRequest request, CancellationToken cancellationToken = default) =>
        AnswerAsync("HEAD", request.BucketName, "", () => new HeadBucketResponse(), cancellationToken);

    private async Task<T> AnswerAsync<T>(string method, string bucket, string key, Func<T> act, CancellationToken cancellationToken)
    {
        var call = new MemoryCall(method, bucket, key);
        Calls.Enqueue(call);
        cancellationToken.ThrowIfCancellationRequested();
        if (Before is { } before)
        {
            await before(call, cancellationToken).ConfigureAwait(false);
        }

        T answer;
        lock (_lock)
        {
            answer = _buckets.Contains(bucket) ? act() : throw Error(404, method == "HEAD" ? "NotFound" : "NoSuchBucket");
        }

        if (After is { } after)
        {
            await after(call, cancellationToken).ConfigureAwait(false);
        }

        return answer;
    }

    private MemoryObject Visible(string bucket, string key, string code) =>
        _objects.GetValueOrDefault((bucket, key)) ?? throw Error(404, code);

    private MemoryObject Store(string bucket, string key, byte[] bytes, IReadOnlyDictionary<string, string> metadata)
    {
#pragma warning disable CA5351 // S3's eTag is an MD5.
        string eTag = Convert.ToHexStringLower(MD5.HashData(bytes));
#pragma warning restore CA5351
        long order = Interlocked.Increment(ref _writes);
        return _objects[(bucket, key)] = new MemoryObject(bytes, eTag, metadata, Epoch.AddSeconds(order), order);
    }
}
