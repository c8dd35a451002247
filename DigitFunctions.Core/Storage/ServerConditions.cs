using Amazon.S3;
using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Which conditions the S3 server honours.</summary>
/// <param name="PutIfNoneMatch">A PUT with <c>If-None-Match: *</c> leaves an existing object alone.</param>
/// <param name="DeleteIfMatch">A DELETE with <c>If-Match</c> leaves an object with another eTag alone.</param>
/// <param name="DeleteIfUnmodified">A DELETE with <see cref="UnmodifiedSince"/> leaves a later object alone; asked only where <paramref name="DeleteIfMatch"/> does not hold.</param>
/// <param name="PutIfMatch">A PUT with <c>If-Match</c> leaves an object with another eTag alone.</param>
public sealed record HonouredConditions(bool PutIfNoneMatch, bool DeleteIfMatch, bool DeleteIfUnmodified, bool PutIfMatch = true);

/// <summary>Finds out, once and on an object of its own, which conditions the S3 server honours.</summary>
/// <remarks>AWS honours all of them. Ceph 16 answers 204 to a DELETE whose condition does not hold, and deletes, so asking is the only way to know.</remarks>
public sealed class ServerConditions(IAmazonS3 s3, StoreAccess access, IOptions<SortingOptions> sorting, ILogger<ServerConditions> logger) : IDisposable
{
    // One for all tries, so that a try that failed leaves nothing behind.
    private readonly string _key = $".digitfunctions/conditions-{Guid.NewGuid():N}";
    private readonly SemaphoreSlim _gate = new(1);
    private volatile HonouredConditions? _honoured;

    /// <summary>The conditions that the server honours; the first call asks it, and a failed call is asked again.</summary>
    public async ValueTask<HonouredConditions> FindAsync(CancellationToken cancellationToken)
    {
        if (_honoured is { } known)
        {
            return known;
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _honoured ??= await ProbeAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<HonouredConditions> ProbeAsync(CancellationToken cancellationToken)
    {
        string bucket = sorting.Value.TargetBucket;
        await access.CallAsync(StoreOperation.Put, bucket, _key, () => s3.PutObjectAsync(Probe(), cancellationToken)).ConfigureAwait(false);

        PutObjectRequest again = Probe();
        again.IfNoneMatch = "*";
        bool put = await IsRefusedAsync(() => s3.PutObjectAsync(again, cancellationToken)).ConfigureAwait(false);

        PutObjectRequest other = Probe();
        // Bare: on a PUT, Ceph takes quotes for a part of the eTag; AWS takes both.
        other.IfMatch = new string('0', 32);
        bool replace = await IsRefusedAsync(() => s3.PutObjectAsync(other, cancellationToken)).ConfigureAwait(false);

        var wrong = new DeleteObjectRequest { BucketName = bucket, Key = _key, IfMatch = S3Answers.Quote(new string('0', 32)) };
        bool delete = await IsRefusedAsync(() => s3.DeleteObjectAsync(wrong, cancellationToken)).ConfigureAwait(false);
        bool unmodified = !delete && await HonoursUnmodifiedSinceAsync().ConfigureAwait(false);

        await s3.DeleteObjectAsync(bucket, _key, cancellationToken).ConfigureAwait(false);
        logger.ConditionsFound(put, replace, delete, unmodified);
        return new HonouredConditions(put, delete, unmodified, replace);

        async Task<bool> HonoursUnmodifiedSinceAsync()
        {
            // The DELETE before this one was carried out.
            await s3.PutObjectAsync(Probe(), cancellationToken).ConfigureAwait(false);
            var late = new DeleteObjectRequest { BucketName = bucket, Key = _key };
            UnmodifiedSince.Add(late, UnmodifiedSince.LongAgo);
            return await IsRefusedAsync(() => s3.DeleteObjectAsync(late, cancellationToken)).ConfigureAwait(false);
        }

        PutObjectRequest Probe() => new() { BucketName = bucket, Key = _key, ContentBody = "Asks which conditions this server honours." };
    }

    private static async Task<bool> IsRefusedAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
            return false;
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansConditionFailed(e))
        {
            return true;
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNotImplemented(e))
        {
            return false;
        }
    }
}
