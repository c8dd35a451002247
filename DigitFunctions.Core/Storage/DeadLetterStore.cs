using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Keeps events that cannot be handled, whole, in the target bucket.</summary>
/// <remarks>A dead letter is never written over: a topic that was made anew counts its offsets from 0 again. Another event of the same place has its content's hash in its name.</remarks>
public sealed class DeadLetterStore(IAmazonS3 s3, StoreAccess access, ServerConditions conditions, IOptions<SortingOptions> sorting, TimeProvider time)
{
    /// <summary>Writes the dead letter of one event, unless it is there.</summary>
    /// <param name="message">An event that came from Kafka.</param>
    /// <param name="reason">Why it cannot be handled.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The key of the dead letter.</returns>
    public async Task<string> WriteAsync(EventMessage message, string reason, CancellationToken cancellationToken)
    {
        KafkaOrigin origin = message.Origin ?? throw new ArgumentException("Only events from Kafka become dead letters.", nameof(message));
        var letter = new DeadLetter(message, reason, time.GetUtcNow());
        HonouredConditions honoured = await conditions.FindAsync(cancellationToken).ConfigureAwait(false);
        string key = DeadLetter.ObjectKeyOf(origin);
        if (await TryWriteAsync(key, letter, honoured, cancellationToken).ConfigureAwait(false))
        {
            return key;
        }

        // Another event's: its own name can only hold the same event.
        key = DeadLetter.ObjectKeyOf(origin, letter.ContentHash());
        await TryWriteAsync(key, letter, honoured, cancellationToken).ConfigureAwait(false);
        return key;
    }

    /// <returns>Whether the event is kept under that key now.</returns>
    private async Task<bool> TryWriteAsync(string key, DeadLetter letter, HonouredConditions honoured, CancellationToken cancellationToken)
    {
        // Where a PUT cannot be told to leave alone what is there, what is there is looked at first.
        if (!honoured.PutIfNoneMatch && await ReadAsync(key, cancellationToken).ConfigureAwait(false) is { } earlier)
        {
            return Holds(earlier, letter);
        }

        var request = new PutObjectRequest
        {
            BucketName = sorting.Value.TargetBucket,
            Key = key,
            ContentType = "application/json",
            InputStream = new MemoryStream(letter.Write(), writable: false),
            IfNoneMatch = honoured.PutIfNoneMatch ? "*" : null,
        };
        try
        {
            await access.CallAsync(StoreOperation.Put, request.BucketName, key, () => s3.PutObjectAsync(request, cancellationToken)).ConfigureAwait(false);
            return true;
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansConditionFailed(e))
        {
            byte[]? there = await ReadAsync(key, cancellationToken).ConfigureAwait(false);
            return there is null ? throw new IOException($"{key} is there for a PUT and not for a GET.") : Holds(there, letter);
        }
    }

    private static bool Holds(byte[] document, DeadLetter letter) =>
        DeadLetter.TryRead(document, out DeadLetter? there, out _) && there.ContentHash() == letter.ContentHash();

    private async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken)
    {
        string bucket = sorting.Value.TargetBucket;
        try
        {
            using GetObjectResponse response = await access.CallAsync(
                StoreOperation.Get, bucket, key, () => s3.GetObjectAsync(new GetObjectRequest { BucketName = bucket, Key = key }, cancellationToken)).ConfigureAwait(false);
            var bytes = new MemoryStream();
            await response.ResponseStream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return bytes.ToArray();
        }
        catch (AmazonS3Exception e) when (S3Answers.MeansNoSuchObject(e, version: null))
        {
            return null;
        }
    }
}
