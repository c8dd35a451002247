using System.Collections.Concurrent;
using System.Text.Json;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Writes down, before pictures are filed, where each goes, so that whoever comes to them again puts them in the same place, whatever digit is recognised then.</summary>
/// <remarks>
/// The claims of a partition lie in one object, which each writer replaces only as he knows it (<c>If-Match</c>). While that succeeds nobody else has claimed
/// anything of the partition, and a part of a batch costs one PUT. Where it fails another worker had the partition meanwhile: his claims are read and kept, and
/// what was read before that has to be looked for among the filed pictures, since he may have finished it.
/// On a server that honours no <c>If-Match</c> on PUT the claims are read before each write; two workers that write at the same moment can miss each other.
/// </remarks>
public sealed class FilingClaims(
    IAmazonS3 s3, StoreAccess access, ServerConditions conditions, IOptions<SortingOptions> sorting, ILogger<FilingClaims> logger)
{
    /// <summary>Where claims lie in the target bucket.</summary>
    internal const string Prefix = ".digitfunctions/claims/";

    private const int MaxCollisions = 10;

    /// <summary>Claims that one object may hold: many times what workers have in hand. Beyond, the first records' are dropped.</summary>
    private const int MaxClaims = 2048;

    private readonly ConcurrentDictionary<string, KnownClaims> _known = new();

    /// <summary>Claims places for pictures.</summary>
    /// <param name="key">The object that holds the claims.</param>
    /// <param name="wanted">Where they are to go.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The claim that holds for each, and since which call of the store nobody else has claimed anything: what was read before then has to be looked for.</returns>
    internal async Task<(IReadOnlyList<FilingClaim> Claims, long Since)> ClaimAsync(
        string key, IReadOnlyList<FilingClaim> wanted, CancellationToken cancellationToken)
    {
        HonouredConditions honoured = await conditions.FindAsync(cancellationToken).ConfigureAwait(false);
        KnownClaims known = _known.GetOrAdd(key, _ => new KnownClaims());
        await known.Gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            known.DropDone();
            for (int i = 0; i < MaxCollisions; i++)
            {
                if (known.ETag is null || !honoured.PutIfMatch)
                {
                    await ReadAsync(key, known, cancellationToken).ConfigureAwait(false);
                }

                foreach (FilingClaim claim in wanted)
                {
                    known.Claims.TryAdd(claim.Picture, claim);
                }

                if (await TryWriteAsync(key, known, honoured, cancellationToken).ConfigureAwait(false))
                {
                    return ([.. wanted.Select(claim => known.Claims[claim.Picture])], known.Since);
                }
            }

            throw new IOException($"{key} changed each of {MaxCollisions} times between reading and writing it.");
        }
        finally
        {
            known.Gate.Release();
        }
    }

    /// <summary>Forgets the claim of a picture that is filed and whose source is dealt with; the object is written without it when the next claims are.</summary>
    internal void Release(string key, FilingClaim claim)
    {
        if (_known.TryGetValue(key, out KnownClaims? known))
        {
            known.Done.Enqueue(claim);
        }
    }

    /// <summary>Forgets the claims of a key whose picture is gone from its bucket: whoever removed it there had filed it, or nobody is to.</summary>
    internal void ReleaseGone(KafkaOrigin origin, Upload upload)
    {
        if (_known.TryGetValue(FilingClaim.ObjectKeyOf(origin), out KnownClaims? known))
        {
            known.Gone.Enqueue((upload.Bucket, upload.Key));
        }
    }

    /// <summary>Forgets all claims of a partition up to an offset, other workers' as well, since its records until there are handled.</summary>
    internal void ReleaseUntil(KafkaOrigin last)
    {
        if (_known.TryGetValue(FilingClaim.ObjectKeyOf(last), out KnownClaims? known))
        {
            known.HandledUntil(last.Offset);
        }
    }

    /// <summary>Removes an object that holds one claim alone. Should that fail, it is an object too many, and no more.</summary>
    internal async Task RemoveAsync(string key, CancellationToken cancellationToken)
    {
        if (!_known.TryRemove(key, out KnownClaims? known) || known.ETag is not { Length: > 0 } eTag)
        {
            return;
        }

        try
        {
            HonouredConditions honoured = await conditions.FindAsync(cancellationToken).ConfigureAwait(false);
            var request = new DeleteObjectRequest { BucketName = sorting.Value.TargetBucket, Key = key, IfMatch = honoured.DeleteIfMatch ? S3Answers.Quote(eTag) : null };
            await s3.DeleteObjectAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is Amazon.Runtime.AmazonServiceException or IOException or HttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            logger.ClaimLeft(key, e.Message);
        }
    }

    /// <summary>Looks for a claim on a picture, and writes nothing.</summary>
    /// <param name="wanted">Where the picture would go.</param>
    /// <param name="origin">Where its event lies in Kafka; <see langword="null"/> for one by HTTP.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The claim that stands; <see langword="null"/> where none does.</returns>
    internal async Task<FilingClaim?> FindAsync(FilingClaim wanted, KafkaOrigin? origin, CancellationToken cancellationToken)
    {
        (_, IReadOnlyList<FilingClaim> claims) = await FetchAsync(wanted.ObjectKeyFor(origin), cancellationToken).ConfigureAwait(false);
        return claims.FirstOrDefault(claim => claim.Picture == wanted.Picture);
    }

    private async Task ReadAsync(string key, KnownClaims known, CancellationToken cancellationToken)
    {
        long now = access.Now();
        (string eTag, IReadOnlyList<FilingClaim> claims) = await FetchAsync(key, cancellationToken).ConfigureAwait(false);
        if (known.ETag == eTag)
        {
            return;
        }

        known.ETag = eTag;
        known.Since = now;
        known.Claims.Clear();
        foreach (FilingClaim claim in claims)
        {
            known.Claims[claim.Picture] = claim;
        }
    }

    /// <returns>The object's eTag, empty where there is no object, and the claims in it.</returns>
    private async Task<(string ETag, IReadOnlyList<FilingClaim> Claims)> FetchAsync(string key, CancellationToken cancellationToken)
    {
        string bucket = sorting.Value.TargetBucket;
        string eTag = "";
        IReadOnlyList<FilingClaim> claims = [];
        try
        {
            using GetObjectResponse response = await access.CallAsync(
                StoreOperation.Get, bucket, key, () => s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellationToken)).ConfigureAwait(false);
            eTag = S3Answers.Unquote(response.ETag);
            FilingClaimList? list = await JsonSerializer.DeserializeAsync(
                response.ResponseStream, FilingClaimJson.Default.FilingClaimList, cancellationToken).ConfigureAwait(false);
            claims = list?.Claims ?? [];
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, version: null))
        {
            // Nobody has claimed anything yet.
        }
        catch (JsonException)
        {
            // None of ours: it is written over, and what is filed is looked for.
        }

        return (eTag, claims);
    }

    private async Task<bool> TryWriteAsync(string key, KnownClaims known, HonouredConditions honoured, CancellationToken cancellationToken)
    {
        known.Drop(known.Claims.Values.OrderBy(claim => claim.Offset == FilingClaim.OfNoOffset ? -1 : claim.Offset).Take(known.Claims.Count - MaxClaims));
        var request = new PutObjectRequest
        {
            BucketName = sorting.Value.TargetBucket,
            Key = key,
            ContentType = "application/json",
            InputStream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(
                new FilingClaimList(Guid.NewGuid(), [.. known.Claims.Values]), FilingClaimJson.Default.FilingClaimList), writable: false),
            UseChunkEncoding = false,
            // Bare: on a PUT, Ceph takes quotes for a part of the eTag; AWS takes both.
            IfMatch = honoured.PutIfMatch && known.ETag is { Length: > 0 } eTag ? eTag : null,
            IfNoneMatch = honoured.PutIfNoneMatch && known.ETag is "" ? "*" : null,
        };
        string? written = null;
        try
        {
            PutObjectResponse response = await access.CallAsync(
                StoreOperation.Put, request.BucketName, key, () => s3.PutObjectAsync(request, cancellationToken)).ConfigureAwait(false);
            written = S3Answers.Unquote(response.ETag);
            return true;
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansConditionFailed(e) || S3Answers.MeansNoSuchObject(e, version: null))
        {
            return false;
        }
        finally
        {
            // Where the answer is lost, or a refusal, what stands there now is read before the next try.
            known.ETag = written;
        }
    }
}
