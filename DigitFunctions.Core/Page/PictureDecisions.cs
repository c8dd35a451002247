using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Page;

/// <summary>Files a picture where a person says, and takes that back. Every step is conditional and can be repeated, as those of <see cref="PictureMove"/>.</summary>
/// <remarks>
/// Of two people who decide at once one wins, whichever process serves them: a decision is written down first, as workers write down where they file
/// (<see cref="FilingClaims"/>), and whoever finds another one there carries that one out and is told. The source goes last, so that a crash loses nothing;
/// whoever decides next finishes what is left.
/// </remarks>
public sealed class PictureDecisions(
    IAmazonS3 s3, StoreAccess access, PictureStore store, PictureMove move, FilingClaims claims, ServerConditions conditions, FiledOverview overview,
    IOptions<SortingOptions> sorting, TimeProvider time, ILogger<PictureDecisions> logger)
{
    /// <summary>Decisions that can be taken back, one after the other.</summary>
    private const int MostPlaces = 8;

    private const int LongestName = 128;

    /// <summary>Files a picture by hand. The place may be the one where it is: then a person has confirmed it.</summary>
    /// <param name="key">Its key in the target bucket.</param>
    /// <param name="eTag">Its eTag as the person saw it: another picture is not decided by this.</param>
    /// <param name="place">One of <see cref="FilingPlace.All"/>.</param>
    /// <param name="by">Who decided; <see langword="null"/> where nobody is named.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public Task<Decision> DecideAsync(string key, string eTag, string place, string? by, CancellationToken cancellationToken) =>
        FileAsync(key, eTag, (current, metadata) => (place, Labels([current, .. Places(metadata)], by)), cancellationToken);

    /// <summary>Takes the last decision back: the picture goes where it was.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    public Task<Decision> UndoAsync(string key, string eTag, string? by, CancellationToken cancellationToken) => FileAsync(
        key, eTag,
        (_, metadata) => Places(metadata) is [{ } was, .. var before] && FilingPlace.All.Contains($"{was}/")
            ? ($"{was}/", before.Length > 0 ? Labels(before, by) : Labels([], null))
            : null,
        cancellationToken);

    private async Task<Decision> FileAsync(
        string key, string eTag, Func<string, MetadataCollection, (string Place, List<KeyValuePair<string, string>> Labels)?> decide, CancellationToken cancellationToken)
    {
        if (!PageColumn.TrySplit(key, out string? current, out string? path))
        {
            return new Decision(DecisionStatus.Gone, key, "The page decides about filed pictures only.");
        }

        var upload = new Upload(sorting.Value.TargetBucket, key);
        if (await store.ReadAsync(upload, cancellationToken).ConfigureAwait(false) is not { } source)
        {
            return new Decision(DecisionStatus.Gone, key, "The picture is not there any more: somebody else has moved it.");
        }

        if (source.ETag != eTag)
        {
            return new Decision(DecisionStatus.Changed, key, "Another picture has taken its place meanwhile; look again.");
        }

        if (source.Content is null)
        {
            return new Decision(DecisionStatus.Refused, key, "The file is too large to be moved by the page (Imaging__MaxBytes).");
        }

        if (decide(PageColumn.NameOf(current), source.Metadata) is not { } decided)
        {
            return new Decision(DecisionStatus.Refused, key, "There is no decision that could be taken back.");
        }

        var wanted = new FilingClaim(upload.Bucket, key, eTag, decided.Place + path, decided.Labels, FilingClaim.OfNoOffset);
        string claimKey = wanted.ObjectKeyFor(null);
        FilingClaim held = (await claims.ClaimAsync(claimKey, [wanted], cancellationToken).ConfigureAwait(false)).Claims[0];
        Decision decision = await CarryOutAsync(source, held, cancellationToken).ConfigureAwait(false);
        await claims.RemoveAsync(claimKey, cancellationToken).ConfigureAwait(false);
        return decision.Status == DecisionStatus.Filed && held.Target != wanted.Target
            ? new Decision(DecisionStatus.Lost, held.Target, $"Somebody else has filed it under {PageColumn.NameOf(PlaceOf(held.Target))} at the same moment.") : decision;
    }

    private async Task<Decision> CarryOutAsync(SourcePicture source, FilingClaim claim, CancellationToken cancellationToken)
    {
        bool moves = claim.Target != source.Upload.Key;
        if (!await store.IsStillCurrentAsync(source, cancellationToken).ConfigureAwait(false))
        {
            // Whoever met this claim, or had it before, may have carried it out meanwhile.
            return moves && await store.HeadFiledAsync(claim.Target, cancellationToken).ConfigureAwait(false) is { } done && IsSame(done, source)
                ? Filed(source, claim, done.ETag)
                : new Decision(DecisionStatus.Gone, source.Upload.Key, "Somebody else has moved the picture at the same moment.");
        }

        HonouredConditions honoured = await conditions.FindAsync(cancellationToken).ConfigureAwait(false);
        if (await PutAsync(source, claim, honoured, cancellationToken).ConfigureAwait(false) is not { } eTag)
        {
            return new Decision(DecisionStatus.Refused, source.Upload.Key, $"Another picture of its name is in {PageColumn.NameOf(PlaceOf(claim.Target))} already.");
        }

        if (moves && !await move.RemoveAsync(source, honoured, cancellationToken).ConfigureAwait(false))
        {
            return new Decision(DecisionStatus.Refused, claim.Target, "It is filed there, and stays where it was as well: the server refuses to delete it.");
        }

        return Filed(source, claim, eTag);
    }

    private Decision Filed(SourcePicture source, FilingClaim claim, string eTag)
    {
        overview.Moved(source.Upload.Key, new FiledEntry(claim.Target, time.GetUtcNow(), source.Size, eTag));
        logger.Decided(source.Upload.Key, claim.Target, claim.Labels.FirstOrDefault(label => label.Key == PictureLabels.By).Value);
        return new Decision(DecisionStatus.Filed, claim.Target, null) { ETag = eTag };
    }

    /// <returns>The eTag of what is there now; <see langword="null"/> where another picture is in the way.</returns>
    private async Task<string?> PutAsync(SourcePicture source, FilingClaim claim, HonouredConditions honoured, CancellationToken cancellationToken)
    {
        bool stays = claim.Target == source.Upload.Key;
        if (!stays && !honoured.PutIfNoneMatch && await store.HeadFiledAsync(claim.Target, cancellationToken).ConfigureAwait(false) is { } there)
        {
            return IsSame(there, source) ? there.ETag : null;
        }

        var request = new PutObjectRequest
        {
            BucketName = sorting.Value.TargetBucket,
            Key = claim.Target,
            InputStream = new MemoryStream(source.Content!, writable: false),
            UseChunkEncoding = false,
            IfMatch = stays && honoured.PutIfMatch ? source.ETag : null,
            IfNoneMatch = !stays && honoured.PutIfNoneMatch ? "*" : null,
        };
        PictureMove.KeepHeaders(source.Headers, request.Headers);
        PictureLabels.Rewrite(request.Metadata, source.Metadata, claim.Labels);
        try
        {
            PutObjectResponse response = await access.CallAsync(
                StoreOperation.Put, request.BucketName, request.Key, () => s3.PutObjectAsync(request, cancellationToken)).ConfigureAwait(false);
            PictureMove.Confirm(response, source.Content!, request.Key);
            return S3Answers.Unquote(response.ETag);
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansConditionFailed(e))
        {
            return !stays && await store.HeadFiledAsync(claim.Target, cancellationToken).ConfigureAwait(false) is { } filed && IsSame(filed, source) ? filed.ETag : null;
        }
    }

    /// <summary>Whether an earlier try, or somebody else, has put this very picture there. An encrypted object's own eTag is another one after each PUT.</summary>
    private static bool IsSame(FiledObject there, SourcePicture source) =>
        there.SourceETag == source.Metadata[PictureLabels.SourceETag] && (there.SourceETag is not null || there.ETag == source.ETag);

    private List<KeyValuePair<string, string>> Labels(IEnumerable<string> places, string? by)
    {
        string was = string.Join(',', places.Take(MostPlaces));
        string now = time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return
        [
            new(PictureLabels.Reviewed, was.Length > 0 ? now : ""),
            new(PictureLabels.Was, was),
            new(PictureLabels.By, by is { Length: > LongestName } ? by[..LongestName] : by ?? ""),
        ];
    }

    private static string[] Places(MetadataCollection metadata) =>
        metadata[PictureLabels.Was]?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? [];

    private static string PlaceOf(string key) => FilingPlace.All.First(place => key.StartsWith(place, StringComparison.Ordinal));
}

/// <summary>How a decision ended.</summary>
public enum DecisionStatus
{
    /// <summary>The picture is where the person wants it.</summary>
    Filed,

    /// <summary>Somebody else was first, and has filed it elsewhere.</summary>
    Lost,

    /// <summary>The picture is not there any more.</summary>
    Gone,

    /// <summary>Another picture is under its key now.</summary>
    Changed,

    /// <summary>It cannot be done.</summary>
    Refused,
}

/// <summary>What became of a decision.</summary>
/// <param name="Status">In one word.</param>
/// <param name="Key">Where the picture is now, as far as it is known.</param>
/// <param name="Reason">Why it was not done; <see langword="null"/> where it was.</param>
public sealed record Decision(DecisionStatus Status, string Key, string? Reason)
{
    /// <summary>The picture's eTag there, for the next decision; where it was done.</summary>
    public string? ETag { get; init; }
}
