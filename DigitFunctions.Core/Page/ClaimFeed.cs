using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Page;

/// <summary>Tells what was filed since it was last asked, by whichever worker: each says where it files its pictures before it does (<see cref="FilingClaims"/>).</summary>
/// <remarks>
/// It costs one listing of a few objects, and a GET of those that have changed. Of very busy partitions it does not see every picture, and none of those whose
/// events came by HTTP; the overview's next walk does.
/// </remarks>
public sealed class ClaimFeed(IAmazonS3 s3, PictureStore store, TargetListing listing, IOptions<SortingOptions> sorting)
{
    private const int MostObjects = 16;
    private const int MostPictures = 128;
    private const int MostTries = 10;

    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = 8 };

    private Dictionary<string, string>? _known;
    private readonly Dictionary<string, HashSet<(string ETag, string Target)>> _seen = [];
    private List<(FilingClaim Claim, int Tries)> _waiting = [];

    /// <summary>Reads what is new. The first call only takes note of where things stand. One call at a time.</summary>
    /// <param name="cancellationToken">Stops the calls.</param>
    public async Task<IReadOnlyList<FiledEntry>> ReadAsync(CancellationToken cancellationToken)
    {
        ListingPart claims = await listing.ListAsync(FilingClaims.Prefix, null, TargetListing.MostEntries, cancellationToken).ConfigureAwait(false);
        Dictionary<string, string> known = claims.Entries.ToDictionary(entry => entry.Key, entry => entry.ETag);
        if (_known is not { } before)
        {
            _known = known;
            return [];
        }

        _known = known;
        foreach (FiledEntry changed in claims.Entries.Where(entry => before.GetValueOrDefault(entry.Key) != entry.ETag).OrderByDescending(entry => entry.Modified).Take(MostObjects))
        {
            IReadOnlyList<FilingClaim> read = await ReadAsync(changed.Key, cancellationToken).ConfigureAwait(false);
            HashSet<(string, string)> seen = _seen.GetValueOrDefault(changed.Key, []);
            _waiting.AddRange(read.Where(claim => !seen.Contains((claim.ETag, claim.Target))).Select(claim => (claim, 0)));
            _seen[changed.Key] = [.. read.Select(claim => (claim.ETag, claim.Target))];
        }

        foreach (string gone in _seen.Keys.Where(key => !known.ContainsKey(key)).ToArray())
        {
            _seen.Remove(gone);
        }

        return await FindAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks which of the claimed pictures are filed by now.</summary>
    private async Task<IReadOnlyList<FiledEntry>> FindAsync(CancellationToken cancellationToken)
    {
        (FilingClaim Claim, int Tries)[] waiting = [.. _waiting.TakeLast(MostPictures)];
        var found = new FiledEntry?[waiting.Length];
        await Parallel.ForAsync(0, waiting.Length, Parallelism, async (i, _) =>
        {
            FilingClaim claim = waiting[i].Claim;
            FiledObject? filed = await store.HeadFiledAsync(claim.Target, cancellationToken).ConfigureAwait(false);
            found[i] = filed?.SourceETag == claim.ETag ? new FiledEntry(filed.Key, filed.Modified, filed.Size, filed.ETag) : null;
        }).ConfigureAwait(false);
        _waiting = [.. waiting.Where((one, i) => found[i] is null && one.Tries < MostTries).Select(one => (one.Claim, one.Tries + 1))];
        return [.. found.OfType<FiledEntry>()];
    }

    private async Task<IReadOnlyList<FilingClaim>> ReadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            using GetObjectResponse response = await s3.GetObjectAsync(
                new GetObjectRequest { BucketName = sorting.Value.TargetBucket, Key = key }, cancellationToken).ConfigureAwait(false);
            FilingClaimList? list = await JsonSerializer.DeserializeAsync(response.ResponseStream, FilingClaimJson.Default.FilingClaimList, cancellationToken).ConfigureAwait(false);
            return list?.Claims ?? [];
        }
        catch (Exception e) when (e is JsonException || (e is AmazonS3Exception answer && S3Answers.MeansNoSuchObject(answer, version: null)))
        {
            // One of a picture whose event came by HTTP is gone as soon as it is filed.
            return [];
        }
    }
}
