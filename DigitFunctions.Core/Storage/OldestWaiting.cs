using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Finds the object that has waited longest in a source bucket.</summary>
internal sealed class OldestWaiting(IAmazonS3 s3, IOptions<SortingOptions> sorting, TimeProvider time)
{
    /// <summary>Pages of a bucket's list that are read, of 1,000 objects each: of a bucket that holds more the oldest of these is told.</summary>
    private const int MostPages = 10;

    /// <summary>The age of the oldest object of each source bucket; zero where a bucket is empty.</summary>
    /// <param name="cancellationToken">Stops between two pages.</param>
    public async Task<IReadOnlyDictionary<string, TimeSpan>> FindAsync(CancellationToken cancellationToken)
    {
        var ages = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (string bucket in sorting.Value.SourceBuckets)
        {
            ages[bucket] = await FindAsync(bucket, cancellationToken).ConfigureAwait(false);
        }

        return ages;
    }

    private async Task<TimeSpan> FindAsync(string bucket, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        TimeSpan oldest = TimeSpan.Zero;
        var request = new ListObjectsV2Request { BucketName = bucket };
        for (int page = 0; page < MostPages; page++)
        {
            ListObjectsV2Response list = await s3.ListObjectsV2Async(request, cancellationToken).ConfigureAwait(false);
            foreach (S3Object found in list.S3Objects ?? [])
            {
                // Folder markers are nobody's to sort.
                if (found.LastModified is { } modified && !found.Key.EndsWith('/') && now - modified.ToUniversalTime() is var age && age > oldest)
                {
                    oldest = age;
                }
            }

            if (list.IsTruncated != true)
            {
                break;
            }

            request.ContinuationToken = list.NextContinuationToken;
        }

        return oldest;
    }
}
