using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Retries;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Reads pictures from their buckets and finds where they were filed.</summary>
public sealed class PictureStore(
    IAmazonS3 s3, StoreAccess access, IOptions<S3Options> server, IOptions<SortingOptions> sorting, IOptions<ImagingOptions> imaging, TimeProvider time)
{
    /// <summary>Reads the picture that an upload announces: that very version where the event names one, else the object as it stands.</summary>
    /// <returns><see langword="null"/> where there is no such object.</returns>
    /// <exception cref="StoreRefusedException">The server refused for good; the bucket being absent counts as that.</exception>
    /// <exception cref="AmazonS3Exception">The server failed for a while.</exception>
    /// <exception cref="IOException">The answer broke off.</exception>
    /// <exception cref="TimeoutException">The answer did not come, or not whole, within <see cref="S3Options.Timeout"/>.</exception>
    public async Task<SourcePicture?> ReadAsync(Upload upload, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = upload.Bucket, Key = upload.Key, VersionId = upload.VersionId };
        long now = access.Now();
        // The client's own time-out ends with the headers of a picture.
        using var timeout = new CancellationTokenSource(server.Value.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using GetObjectResponse response = await access.CallAsync(
                StoreOperation.Get, upload.Bucket, upload.Key, () => s3.GetObjectAsync(request, either.Token)).ConfigureAwait(false);
            (long size, byte[]? content) = await ReadContentAsync(response, either.Token).ConfigureAwait(false);
            return new SourcePicture(upload, S3Answers.Unquote(response.ETag), size, content)
            {
                ReadAt = now,
                LastModified = response.LastModified.GetValueOrDefault(),
                Headers = response.Headers,
                Metadata = response.Metadata,
            };
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, upload.VersionId))
        {
            return null;
        }
        catch (OperationCanceledException e) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{upload.Bucket}/{upload.Key} was not read, or not whole, within {server.Value.Timeout.TotalSeconds} s (S3__Timeout).", e);
        }
    }

    /// <returns>The size, as far as it is known, and the bytes; <see langword="null"/> where they are more than what is read.</returns>
    private async Task<(long Size, byte[]? Content)> ReadContentAsync(GetObjectResponse response, CancellationToken cancellationToken)
    {
        if (response.Headers["Content-Length"] is null)
        {
            // Sent in chunks, by something in between: HTTP itself tells whether it is whole.
            byte[] most = new byte[imaging.Value.MaxBytes + 1];
            int count = await response.ResponseStream.ReadAtLeastAsync(most, most.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            return (count, count == most.Length ? null : most[..count]);
        }

        if (response.ContentLength > imaging.Value.MaxBytes)
        {
            return (response.ContentLength, null);
        }

        byte[] content = GC.AllocateUninitializedArray<byte>((int)response.ContentLength);
        await response.ResponseStream.ReadExactlyAsync(content, cancellationToken).ConfigureAwait(false);
        return (content.Length, content);
    }

    /// <summary>Looks whether an earlier delivery filed this very picture, under whatever digit, and left its source.</summary>
    /// <returns><see langword="null"/> where it is not filed.</returns>
    internal async Task<FiledObject?> FindFiledAsync(SourcePicture source, RetryBudget retries, CancellationToken cancellationToken)
    {
        FiledState filed = await FindFiledAsync(source.Upload with { ETag = source.ETag }, retries, cancellationToken).ConfigureAwait(false);
        return filed.Status == OutcomeStatus.AlreadySorted ? filed.Picture : null;
    }

    /// <summary>Looks for a picture wherever it can have been filed, when its source is gone.</summary>
    /// <returns>Whether the announced picture was filed, another one of its key was, or none.</returns>
    public Task<FiledState> FindFiledAsync(Upload upload, CancellationToken cancellationToken) => FindFiledAsync(upload, null, cancellationToken);

    /// <inheritdoc cref="FindFiledAsync(Upload, CancellationToken)"/>
    /// <param name="upload">The announcement.</param>
    /// <param name="retries">Repeats the look at one place that fails, rather than all of them; <see langword="null"/> repeats nothing.</param>
    /// <param name="cancellationToken">Stops the calls.</param>
    internal async Task<FiledState> FindFiledAsync(Upload upload, RetryBudget? retries, CancellationToken cancellationToken)
    {
        FiledObject?[] filed = await Task.WhenAll(FilingPlace.All.Select(place => place + sorting.Value.PathOf(upload)).Select(key => retries is null
            ? HeadFiledAsync(key, cancellationToken)
            : retries.CallStoreAsync("Find", key, ct => HeadFiledAsync(key, ct), cancellationToken))).ConfigureAwait(false);

        FiledObject? best = null;
        foreach (FiledObject candidate in filed.OfType<FiledObject>())
        {
            if (upload.ETag is null || candidate.SourceETag == upload.ETag)
            {
                return new FiledState(OutcomeStatus.AlreadySorted) { Picture = candidate };
            }

            best ??= candidate;
        }

        return new FiledState(best is null ? OutcomeStatus.Missing : OutcomeStatus.Superseded) { Picture = best };
    }

    /// <summary>Asks again for a picture of which nothing was found. A HEAD's 404 has no body, so that a missing target bucket looks like a missing object: GET tells them apart.</summary>
    /// <returns>The picture, should it be there after all.</returns>
    /// <exception cref="StoreRefusedException">There is no target bucket, or nothing can be said of it.</exception>
    internal async Task<SourcePicture?> ConfirmMissingAsync(Upload upload, CancellationToken cancellationToken)
    {
        string bucket = sorting.Value.TargetBucket;
        string key = FilingPlace.All[0] + sorting.Value.PathOf(upload);
        try
        {
            using GetObjectResponse found = await access.CallAsync(
                StoreOperation.Get, bucket, key, () => s3.GetObjectAsync(bucket, key, cancellationToken)).ConfigureAwait(false);
            throw new IOException($"{bucket}/{key} was not there, and now it is.");
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, version: null))
        {
            return await ReadAsync(upload, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reads the labels of one filed picture.</summary>
    /// <returns><see langword="null"/> where nothing is filed under that key.</returns>
    internal async Task<FiledObject?> HeadFiledAsync(string key, CancellationToken cancellationToken)
    {
        GetObjectMetadataResponse? head = await HeadAsync(sorting.Value.TargetBucket, key, cancellationToken).ConfigureAwait(false);
        return head is null ? null : new FiledObject(key, S3Answers.Unquote(head.ETag), head.Metadata)
        {
            Modified = head.LastModified.GetValueOrDefault(),
            Size = head.ContentLength,
        };
    }

    /// <summary>Whether the object under the upload's key is, at this moment, still the one that was read.</summary>
    internal async Task<bool> IsStillCurrentAsync(SourcePicture source, CancellationToken cancellationToken)
    {
        GetObjectMetadataResponse? head =
            await HeadAsync(source.Upload.Bucket, source.Upload.Key, cancellationToken).ConfigureAwait(false);
        return head is not null && S3Answers.Unquote(head.ETag) == source.ETag;
    }

    private async Task<GetObjectMetadataResponse?> HeadAsync(string bucket, string key, CancellationToken cancellationToken)
    {
        try
        {
            return await access.CallAsync(
                StoreOperation.Head, bucket, key, () => s3.GetObjectMetadataAsync(bucket, key, cancellationToken)).ConfigureAwait(false);
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, version: null))
        {
            return null;
        }
    }
}
