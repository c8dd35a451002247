using System.Runtime.CompilerServices;
using System.Text;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Reconciling;

/// <summary>Finds uploads whose event never came, and has the pipeline sort them as if it had.</summary>
/// <remarks>
/// An S3 server announces uploads as well as it can; MinIO drops events where its queue is full or it restarts. The listing of the source buckets is the truth: whatever is there for a while
/// is waiting for an event that was lost. The listing goes on after a key and not by the server's token, so that it can be continued by anybody at any time, and objects that are moved away meanwhile do no harm.
/// A part is held at a time, however many objects there are.
/// </remarks>
public sealed class Reconciler(
    IAmazonS3 s3, PictureStore store, DigitPipeline pipeline, IOptions<SortingOptions> sorting, IOptions<ProcessingOptions> processing, TimeProvider time, ILogger<Reconciler> logger)
    : IDisposable
{
    /// <summary>The objects of one part at most: few enough for the deadline of one invocation.</summary>
    public const int MostObjects = 250;

    // One part without success may hold nothing but damaged objects; so many one after the other are an outage.
    private const int MostPartsInVain = 3;

    private readonly SemaphoreSlim _places = new(processing.Value.MaxConcurrency);

    /// <summary>Whether a bucket is one whose uploads are sorted.</summary>
    public bool IsSource(string bucket) => sorting.Value.SourceBuckets.Contains(bucket);

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    /// <summary>Counts the objects of the source buckets, for a progress bar.</summary>
    /// <param name="request">Which buckets.</param>
    /// <param name="cancellationToken">Stops between two calls.</param>
    /// <exception cref="StoreRefusedException">The server refuses the listing.</exception>
    /// <exception cref="AmazonS3Exception">The server failed for longer than the budget.</exception>
    public async Task<long> CountAsync(ReconcileRequest request, CancellationToken cancellationToken)
    {
        long count = 0;
        RetryBudget retries = Retries(TimeSpan.MaxValue);
        foreach (string bucket in BucketsOf(request))
        {
            string? next = null;
            do
            {
                var listing = new ListObjectsV2Request { BucketName = bucket, ContinuationToken = next };
                ListObjectsV2Response part = await retries.CallStoreAsync("Count", bucket, ct => s3.ListObjectsV2Async(listing, ct), cancellationToken).ConfigureAwait(false);
                count += part.S3Objects?.Count ?? 0;
                next = part.IsTruncated.GetValueOrDefault() ? part.NextContinuationToken : null;
            }
            while (next is not null);
        }

        return count;
    }

    /// <summary>Goes over the source buckets, in the order of the settings and of the keys.</summary>
    /// <param name="request">Which objects.</param>
    /// <param name="longestBudget">How long at most what fails for a while is tried again in each part; the settings' budget where that is shorter.</param>
    /// <param name="cancellationToken">Stops between two steps; what is done is done, and the last part's <see cref="ReconciledPart.Continuation"/> says where to go on.</param>
    /// <returns>What became of each part. It ends early after some parts in a row in which nothing could be handled: the others would only wait.</returns>
    /// <exception cref="StoreRefusedException">The server refuses the listing.</exception>
    /// <exception cref="AmazonS3Exception">The server failed for longer than the budget.</exception>
    public async IAsyncEnumerable<ReconciledPart> RunAsync(ReconcileRequest request, TimeSpan longestBudget, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        string[] buckets = BucketsOf(request);
        int first = request.After is { } place ? Math.Max(0, Array.IndexOf(buckets, place.Bucket)) : 0;
        int inVain = 0;
        for (int i = first; i < buckets.Length; i++)
        {
            string? after = i == first ? request.After?.Key : null;
            for (bool isMore = true; isMore;)
            {
                (List<S3Object> found, isMore) = await ListAsync(buckets[i], after, longestBudget, cancellationToken).ConfigureAwait(false);
                after = found.Count > 0 ? found[^1].Key : after;
                ReconcilePlace? next = isMore ? new ReconcilePlace(buckets[i], after!) : i + 1 < buckets.Length ? new ReconcilePlace(buckets[i + 1], "") : null;
                ReconciledPart part = await HandleAsync(buckets[i], found, request, longestBudget, cancellationToken).ConfigureAwait(false);
                inVain = part.IsInVain ? inVain + 1 : part.Outcomes.Count > 0 ? 0 : inVain;
                yield return part with { Continuation = next, IsGivenUp = inVain == MostPartsInVain };
                if (inVain == MostPartsInVain)
                {
                    yield break;
                }
            }
        }
    }

    private string[] BucketsOf(ReconcileRequest request) =>
        [.. sorting.Value.SourceBuckets.Distinct(StringComparer.Ordinal).Where(bucket => request.Bucket is null || bucket == request.Bucket)];

    private async Task<(List<S3Object> Found, bool IsMore)> ListAsync(string bucket, string? after, TimeSpan longestBudget, CancellationToken cancellationToken)
    {
        var listing = new ListObjectsV2Request { BucketName = bucket, StartAfter = after is { Length: > 0 } ? after : null, MaxKeys = MostObjects };
        ListObjectsV2Response response = await Retries(longestBudget).CallStoreAsync("List", bucket, ct => s3.ListObjectsV2Async(listing, ct), cancellationToken).ConfigureAwait(false);
        return (response.S3Objects ?? [], response.IsTruncated.GetValueOrDefault() && response.S3Objects is { Count: > 0 });
    }

    private RetryBudget Retries(TimeSpan longestBudget) =>
        new(longestBudget < processing.Value.RetryBudget ? longestBudget : processing.Value.RetryBudget, processing.Value.Deadline, _places, time, logger);

    private async Task<ReconciledPart> HandleAsync(
        string bucket, List<S3Object> found, ReconcileRequest request, TimeSpan longestBudget, CancellationToken cancellationToken)
    {
        DateTimeOffset youngest = time.GetUtcNow() - request.OlderThan;
        List<Upload> waiting = [];
        List<RefusedObject> refused = [];
        int young = 0, markers = 0;
        foreach (S3Object each in found)
        {
            if (each.Key.EndsWith('/'))
            {
                markers++;
            }
            else if (each.LastModified.GetValueOrDefault().ToUniversalTime() > youngest.UtcDateTime)
            {
                young++;
            }
            else if (ObjectKeyRules.WhyNotServed(Encoding.UTF8.GetBytes(each.Key)) is { } reason)
            {
                refused.Add(new RefusedObject(each.Key, $"The key {reason}."));
            }
            else
            {
                waiting.Add(new Upload(bucket, each.Key) { ETag = S3Answers.Unquote(each.ETag), Size = each.Size.GetValueOrDefault() });
            }
        }

        if (sorting.Value.Mode == SortingMode.Copy)
        {
            waiting = await WithoutFiledAsync(waiting, Retries(longestBudget), cancellationToken).ConfigureAwait(false);
        }

        var part = new ReconciledPart(bucket, found.Count) { Young = young, Markers = markers, Refused = refused, Waiting = waiting };
        if (request.IsDryRun || waiting.Count == 0)
        {
            return part;
        }

        try
        {
            return part with { Outcomes = await pipeline.ProcessAsync(waiting, longestBudget, cancellationToken).ConfigureAwait(false) };
        }
        catch (UnfinishedBatchException e)
        {
            return part with { Outcomes = e.Outcomes, Failures = e.Failures };
        }
    }

    /// <summary>Where sources stay, most objects are filed long since: they need not be read and predicted to find that out.</summary>
    private async Task<List<Upload>> WithoutFiledAsync(List<Upload> uploads, RetryBudget retries, CancellationToken cancellationToken)
    {
        bool[] isFiled = new bool[uploads.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = processing.Value.MaxConcurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, uploads.Count, parallel, async (i, ct) =>
            isFiled[i] = (await store.FindFiledAsync(uploads[i], retries, ct).ConfigureAwait(false)).Status == OutcomeStatus.AlreadySorted).ConfigureAwait(false);
        return [.. uploads.Where((_, i) => !isFiled[i])];
    }
}
