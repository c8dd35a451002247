using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Page;

/// <summary>Lists the target bucket, and no other, part by part.</summary>
public sealed class TargetListing(IAmazonS3 s3, IOptions<SortingOptions> sorting)
{
    /// <summary>The most that S3 lists in one call.</summary>
    internal const int MostEntries = 1000;

    /// <summary>Lists a part of what is below a prefix, in the order of the keys.</summary>
    /// <param name="prefix">What the keys begin with.</param>
    /// <param name="next"><see cref="ListingPart.Next"/> of the part before; <see langword="null"/> for the first.</param>
    /// <param name="most">At most so many entries.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task<ListingPart> ListAsync(string prefix, string? next, int most, CancellationToken cancellationToken)
    {
        ListObjectsV2Response response = await s3.ListObjectsV2Async(
            new ListObjectsV2Request
            {
                BucketName = sorting.Value.TargetBucket,
                Prefix = prefix,
                ContinuationToken = next,
                MaxKeys = Math.Min(most, MostEntries),
            },
            cancellationToken).ConfigureAwait(false);
        return new ListingPart(
            [.. (response.S3Objects ?? []).Select(found => new FiledEntry(
                found.Key, new DateTimeOffset(found.LastModified.GetValueOrDefault().ToUniversalTime()), found.Size.GetValueOrDefault(), S3Answers.Unquote(found.ETag)))],
            response.IsTruncated.GetValueOrDefault() ? response.NextContinuationToken : null);
    }
}
