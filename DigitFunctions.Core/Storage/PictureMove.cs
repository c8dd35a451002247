using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Puts a picture where it belongs and then removes its source. Every step is conditional and can be repeated.</summary>
/// <remarks>
/// The bytes that were classified are the ones that are put. A server-side copy would file whatever stands under the key at that
/// moment, since Ceph ignores the copy's condition.
/// On a server that does not honour <c>If-Match</c> on DELETE the source is looked at right before it is deleted, and a picture that is
/// uploaded under the same key between those two calls is lost: on Ceph, which honours <see cref="UnmodifiedSince"/>, only when both were uploaded within
/// the same second. Versioning of the source bucket, or copy mode with a lifecycle rule, closes that window.
/// </remarks>
public sealed class PictureMove(
    IAmazonS3 s3, StoreAccess access, PictureStore store, ServerConditions conditions, IOptions<SortingOptions> sorting, ILogger<PictureMove> logger)
{
    /// <summary>The most that S3 copies in one call.</summary>
    private const long MaxCopyBytes = 5L << 30;

    /// <summary>How often the target may have changed between looking at it and writing it, before the rest is left to the retry budget.</summary>
    private const int MaxCollisions = 5;

    /// <summary>Moves a picture, or copies it in copy mode.</summary>
    /// <param name="source">The picture as it was read.</param>
    /// <param name="targetKey">Where it goes in the target bucket.</param>
    /// <param name="labels">Metadata to add.</param>
    /// <param name="cancellationToken">Stops between two steps; a later call goes on from there.</param>
    /// <exception cref="StoreRefusedException">The server refused for good.</exception>
    /// <exception cref="AmazonS3Exception">The server failed for a while.</exception>
    /// <exception cref="IOException">What arrived is not what was sent.</exception>
    public async Task<MoveResult> MoveAsync(
        SourcePicture source, string targetKey, IReadOnlyList<KeyValuePair<string, string>> labels, CancellationToken cancellationToken)
    {
        HonouredConditions honoured = await conditions.FindAsync(cancellationToken).ConfigureAwait(false);
        MoveResult result = source.Content is { } content
            ? await PutAsync(source, content, targetKey, labels, honoured, cancellationToken).ConfigureAwait(false)
            : await CopyAsync(source, targetKey, labels, cancellationToken).ConfigureAwait(false);

        if (result == MoveResult.Superseded || sorting.Value.Mode == SortingMode.Copy)
        {
            return result;
        }

        return await RemoveAsync(source, honoured, cancellationToken).ConfigureAwait(false) ? MoveResult.Moved : MoveResult.SourceStays;
    }

    /// <summary>Does what is left of a move that an earlier delivery began: its picture is filed, its source may still be there.</summary>
    /// <param name="source">The picture as it was read.</param>
    /// <param name="cancellationToken">Stops between two steps; a later call goes on from there.</param>
    public async Task<MoveResult> FinishAsync(SourcePicture source, CancellationToken cancellationToken)
    {
        return sorting.Value.Mode == SortingMode.Copy
            || await RemoveAsync(source, await conditions.FindAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false)
            ? MoveResult.AlreadyThere : MoveResult.SourceStays;
    }

    /// <summary>Whether a picture of this size can be set aside at all; a larger one has to stay where it is.</summary>
    public static bool CanMove(SourcePicture source) => source.Content is not null || source.Size <= MaxCopyBytes;

    private async Task<MoveResult> PutAsync(
        SourcePicture source, byte[] content, string targetKey, IReadOnlyList<KeyValuePair<string, string>> labels,
        HonouredConditions honoured, CancellationToken cancellationToken)
    {
        // Where a PUT cannot be told to leave alone what is there, what is there is looked at first.
        bool lookFirst = !honoured.PutIfNoneMatch;
        string? ifMatch = null;
        for (int collisions = 0; collisions < MaxCollisions; collisions++)
        {
            if (!lookFirst && await TryPutAsync(source, content, targetKey, labels, honoured, ifMatch, cancellationToken).ConfigureAwait(false))
            {
                return MoveResult.Moved;
            }

            lookFirst = false;
            FiledObject? filed = await store.HeadFiledAsync(targetKey, cancellationToken).ConfigureAwait(false);
            if (filed?.SourceETag == source.ETag)
            {
                return MoveResult.AlreadyThere;
            }

            if (filed is not null && !await MayReplaceAsync(filed, source, cancellationToken).ConfigureAwait(false))
            {
                return MoveResult.Superseded;
            }

            ifMatch = filed?.ETag;
        }

        throw new IOException($"{targetKey} changed each of {MaxCollisions} times between looking at it and writing it.");
    }

    /// <summary>A picture that is filed already gives way to the one that stands in the source bucket, or to a later version.</summary>
    private async Task<bool> MayReplaceAsync(FiledObject filed, SourcePicture source, CancellationToken cancellationToken) =>
        await store.IsStillCurrentAsync(source, cancellationToken).ConfigureAwait(false)
        || (source.Upload.VersionId is not null && !(filed.SourceModified >= source.LastModified));

    /// <returns><see langword="false"/> where another object stands in the way.</returns>
    private async Task<bool> TryPutAsync(
        SourcePicture source, byte[] content, string targetKey, IReadOnlyList<KeyValuePair<string, string>> labels,
        HonouredConditions honoured, string? ifMatch, CancellationToken cancellationToken)
    {
        var request = new PutObjectRequest
        {
            BucketName = sorting.Value.TargetBucket,
            Key = targetKey,
            InputStream = new MemoryStream(content, writable: false),
            // The bytes are all here: signed in chunks they would pass through two buffers of 80 kB, made for each call.
            UseChunkEncoding = false,
            // Bare: on a PUT, Ceph takes quotes for a part of the eTag; AWS takes both.
            IfMatch = ifMatch,
            IfNoneMatch = ifMatch is null && honoured.PutIfNoneMatch ? "*" : null,
        };
        KeepHeaders(source.Headers, request.Headers);
        Label(request.Metadata, source, labels);
        try
        {
            PutObjectResponse response = await access.CallAsync(
                StoreOperation.Put, request.BucketName, targetKey, () => s3.PutObjectAsync(request, cancellationToken)).ConfigureAwait(false);
            Confirm(response, content, targetKey);
            return true;
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansConditionFailed(e) || (ifMatch is not null && S3Answers.MeansNoSuchObject(e, version: null)))
        {
            return false;
        }
    }

    /// <summary>Compares the answer to a PUT with what was sent.</summary>
    /// <exception cref="IOException">Something else arrived.</exception>
    internal static void Confirm(PutObjectResponse response, byte[] content, string targetKey)
    {
        // An encrypted object's eTag is no MD5.
        bool isMd5 = string.IsNullOrEmpty(response.ServerSideEncryptionMethod?.Value);
        string md5 = Convert.ToHexStringLower(MD5Of(content));
        string eTag = S3Answers.Unquote(response.ETag);
        if (isMd5 && eTag.Length == md5.Length && eTag != md5)
        {
            throw new IOException($"The server stored {targetKey} with the eTag {eTag}; the bytes sent have the MD5 {md5}.");
        }
    }

    /// <summary>For what is too large to be fetched: only pictures that are set aside, so that no digit depends on the bytes.</summary>
    private async Task<MoveResult> CopyAsync(
        SourcePicture source, string targetKey, IReadOnlyList<KeyValuePair<string, string>> labels, CancellationToken cancellationToken)
    {
        var request = new CopyObjectRequest
        {
            SourceBucket = source.Upload.Bucket,
            SourceKey = source.Upload.Key,
            SourceVersionId = source.Upload.VersionId,
            ETagToMatch = S3Answers.Quote(source.ETag),
            DestinationBucket = sorting.Value.TargetBucket,
            DestinationKey = targetKey,
            MetadataDirective = S3MetadataDirective.REPLACE,
        };
        KeepHeaders(source.Headers, request.Headers);
        Label(request.Metadata, source, labels);
        // Ceph ignores the copy's condition, so the source is looked at as well.
        if (source.Upload.VersionId is null && !await store.IsStillCurrentAsync(source, cancellationToken).ConfigureAwait(false))
        {
            return MoveResult.Superseded;
        }

        try
        {
            await access.CallAsync(
                StoreOperation.Copy, source.Upload.Bucket, source.Upload.Key, () => s3.CopyObjectAsync(request, cancellationToken)).ConfigureAwait(false);
            return MoveResult.Moved;
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansConditionFailed(e))
        {
            return MoveResult.Superseded;
        }
    }

    /// <summary>Removes an object, if it is still the one that was read.</summary>
    /// <returns><see langword="false"/> where the server refuses to delete it: the picture is filed, and its source stays as in copy mode.</returns>
    internal async Task<bool> RemoveAsync(SourcePicture source, HonouredConditions honoured, CancellationToken cancellationToken)
    {
        var request = new DeleteObjectRequest { BucketName = source.Upload.Bucket, Key = source.Upload.Key };
        if (honoured.DeleteIfMatch)
        {
            request.IfMatch = S3Answers.Quote(source.ETag);
        }
        else if (!await store.IsStillCurrentAsync(source, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }
        else if (honoured.DeleteIfUnmodified && source.LastModified > UnmodifiedSince.LongAgo)
        {
            UnmodifiedSince.Add(request, source.LastModified);
        }

        try
        {
            await access.CallAsync(
                StoreOperation.Delete, request.BucketName, request.Key, () => s3.DeleteObjectAsync(request, cancellationToken)).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansConditionFailed(e) || S3Answers.MeansNoSuchObject(e, version: null))
        {
            // Overwritten or removed meanwhile: what stands there now is not ours to delete.
        }
        catch (StoreRefusedException e) when (!S3Answers.ConcernsEverything(e))
        {
            logger.SourceStays(source.Upload.Bucket, source.Upload.Key, e.Message);
            return false;
        }

        return true;
    }

    private void Label(MetadataCollection metadata, SourcePicture source, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        int left = PictureLabels.Write(metadata, source, labels);
        if (left > 0)
        {
            logger.MetadataLeftOut(source.Upload.Bucket, source.Upload.Key, left);
        }
    }

    /// <summary>Takes over the headers that say what the bytes are.</summary>
    internal static void KeepHeaders(HeadersCollection from, HeadersCollection to)
    {
        to.ContentType = from.ContentType;
        to.CacheControl = from.CacheControl;
        to.ContentDisposition = from.ContentDisposition;
        to.ContentEncoding = from.ContentEncoding;
        to.ContentLanguage = from.ContentLanguage;
        to.Expires = from.Expires;
    }

#pragma warning disable CA5351 // S3 defines the eTag as MD5; it guards against broken transfers, not against attackers.
    private static byte[] MD5Of(byte[] content) => MD5.HashData(content);
#pragma warning restore CA5351
}
