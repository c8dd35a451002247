using System.Collections.Concurrent;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Retries;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Tells the fault of one object (archived, a key of its own that is disabled, a policy on it) from one of everything (credentials, bucket, quota, clock).</summary>
/// <remarks>
/// A fault is one object's own where the same operation on the same bucket succeeds for others: in the same batch, or for a probe. Only then may its
/// event be put aside; what stops everything would put aside every event.
/// </remarks>
public sealed class ObjectFaults(IAmazonS3 s3, StoreAccess access, IOptions<SortingOptions> sorting)
{
    /// <summary>Other objects of a source bucket that are tried.</summary>
    private const int MaxOthers = 5;

    /// <summary>Objects that are remembered as blocked, so that they are no evidence against others.</summary>
    private const int MaxRemembered = 100_000;

    private readonly string _key = $".digitfunctions/probe-{Guid.NewGuid():N}";
    private readonly ConcurrentDictionary<(string Bucket, string Key), bool> _blocked = new();

    /// <summary>Decides on the refusals of one batch.</summary>
    /// <returns>Those that are their object's own; the others are a fault of everything.</returns>
    internal async Task<HashSet<StoreRefusedException>> FindOwnAsync(IEnumerable<StoreRefusedException> refused, CancellationToken cancellationToken)
    {
        var own = new HashSet<StoreRefusedException>();
        foreach (var alike in refused.GroupBy(one => (one.Operation, one.Bucket, one.Code)))
        {
            StoreRefusedException[] undecided = [.. alike.Where(one => S3Answers.ConcernsEverything(one) || !access.SucceededSince(one))];
            own.UnionWith(alike.Except(undecided));
            if (undecided.Length > 0 && !undecided.Any(S3Answers.ConcernsEverything) && await ProbeAsync(undecided, cancellationToken).ConfigureAwait(false))
            {
                own.UnionWith(undecided);
            }
            else if (undecided.Length > 0)
            {
                access.NoteRefusal(undecided[0]);
            }
        }

        foreach (StoreRefusedException one in own.Where(_ => _blocked.Count < MaxRemembered))
        {
            _blocked[(one.Bucket, one.Key)] = true;
        }

        return own;
    }

    private Task<bool> ProbeAsync(StoreRefusedException[] refused, CancellationToken cancellationToken) => refused[0].Operation switch
    {
        StoreOperation.Get => ProbeGetAsync(refused, cancellationToken),
        StoreOperation.Copy => ProbeCopyAsync(refused, cancellationToken),
        StoreOperation.Put => ProbePutAsync(cancellationToken),
        StoreOperation.Head => ProbeHeadAsync(refused[0].Bucket, cancellationToken),
        _ => Task.FromResult(false),
    };

    private async Task<bool> ProbeCopyAsync(StoreRefusedException[] refused, CancellationToken cancellationToken) =>
        await ProbeGetAsync(refused, cancellationToken).ConfigureAwait(false) && await ProbePutAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Asks for an object that does not exist: who may read is told so. It tells nothing of keys that the bucket's objects are encrypted with, so that for those another object has to be readable.</summary>
    private async Task<bool> ProbeGetAsync(StoreRefusedException[] refused, CancellationToken cancellationToken)
    {
        string bucket = refused[0].Bucket;
        bool mayRead = await AnswersAsync(StoreOperation.Get, bucket, _key, cancellationToken).ConfigureAwait(false);
        bool concernsKeys = refused.Any(one => one.Code?.StartsWith("KMS.", StringComparison.Ordinal) == true);
        if (mayRead && !concernsKeys)
        {
            return true;
        }

        string[] others = await OthersAsync(bucket, refused, cancellationToken).ConfigureAwait(false);
        foreach (string other in others)
        {
            if (await AnswersAsync(StoreOperation.Get, bucket, other, cancellationToken).ConfigureAwait(false))
            {
                return true;
            }
        }

        // The only object there is: nothing else waits for its key.
        return mayRead && others.Length == 0 && refused.Length == 1;
    }

    private async Task<string[]> OthersAsync(string bucket, StoreRefusedException[] refused, CancellationToken cancellationToken)
    {
        try
        {
            ListObjectsV2Response list = await s3.ListObjectsV2Async(new ListObjectsV2Request { BucketName = bucket }, cancellationToken).ConfigureAwait(false);
            return
            [
                .. (list.S3Objects ?? [])
                    .Where(found => !found.Key.EndsWith('/') && !_blocked.ContainsKey((bucket, found.Key)) && refused.All(one => one.Key != found.Key))
                    .OrderByDescending(found => found.LastModified)
                    .Take(MaxOthers)
                    .Select(found => found.Key),
            ];
        }
        catch (AmazonS3Exception e) when (!RetryBudget.IsTransient(e))
        {
            return [];
        }
    }

    private async Task<bool> ProbePutAsync(CancellationToken cancellationToken)
    {
        string bucket = sorting.Value.TargetBucket;
        try
        {
            await access.CallAsync(StoreOperation.Put, bucket, _key, () => s3.PutObjectAsync(
                new PutObjectRequest { BucketName = bucket, Key = _key, ContentBody = "Asks whether this bucket can be written." }, cancellationToken)).ConfigureAwait(false);
        }
        catch (StoreRefusedException)
        {
            return false;
        }

        try
        {
            await s3.DeleteObjectAsync(bucket, _key, cancellationToken).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (!RetryBudget.IsTransient(e))
        {
            // It stays, and is written over by the next probe of this process.
        }

        return true;
    }

    private Task<bool> ProbeHeadAsync(string bucket, CancellationToken cancellationToken) =>
        AnswersAsync(StoreOperation.Head, bucket, _key, cancellationToken);

    /// <summary>Whether S3 gives an object, or says that there is none.</summary>
    private async Task<bool> AnswersAsync(StoreOperation operation, string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await access.CallAsync(operation, bucket, key, AskAsync).ConfigureAwait(false);
        }
        catch (StoreRefusedException)
        {
            return false;
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, version: null))
        {
            return true;
        }

        async Task<bool> AskAsync()
        {
            if (operation == StoreOperation.Head)
            {
                await s3.GetObjectMetadataAsync(bucket, key, cancellationToken).ConfigureAwait(false);
                return true;
            }

            try
            {
                var request = new GetObjectRequest { BucketName = bucket, Key = key, ByteRange = new ByteRange(0, 0) };
                using GetObjectResponse found = await s3.GetObjectAsync(request, cancellationToken).ConfigureAwait(false);
                return true;
            }
            catch (AmazonS3Exception e) when (e.StatusCode == System.Net.HttpStatusCode.RequestedRangeNotSatisfiable)
            {
                // An empty object: it could be read.
                return true;
            }
        }
    }
}
