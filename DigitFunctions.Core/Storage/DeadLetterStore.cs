using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Keeps events that cannot be read, whole, in the target bucket.</summary>
public sealed class DeadLetterStore(IAmazonS3 s3, IOptions<SortingOptions> sorting, TimeProvider time)
{
    /// <summary>Writes the dead letter of one event; writing it again replaces it.</summary>
    /// <param name="message">An event that came from Kafka.</param>
    /// <param name="reason">Why it cannot be read.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The key of the dead letter.</returns>
    public async Task<string> WriteAsync(EventMessage message, string reason, CancellationToken cancellationToken)
    {
        KafkaOrigin origin = message.Origin ?? throw new ArgumentException("Only events from Kafka become dead letters.", nameof(message));
        string key = DeadLetter.ObjectKeyOf(origin);
        var request = new PutObjectRequest
        {
            BucketName = sorting.Value.TargetBucket,
            Key = key,
            ContentType = "application/json",
            InputStream = new MemoryStream(new DeadLetter(message, reason, time.GetUtcNow()).Write(), writable: false),
        };
        await s3.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
        return key;
    }
}
