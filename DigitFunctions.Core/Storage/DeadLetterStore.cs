using System.Globalization;
using Amazon.S3;
using Amazon.S3.Model;
using DigitFunctions.Core.Events;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Keeps events that cannot be read, whole, in the target bucket.</summary>
public sealed class DeadLetterStore(IAmazonS3 s3, IOptions<SortingOptions> sorting)
{
    /// <summary>The key of an event's dead letter: <c>dead-letter/&lt;topic&gt;/&lt;partition&gt;/&lt;offset&gt;.json</c>.</summary>
    public static string KeyOf(KafkaOrigin origin) =>
        string.Create(CultureInfo.InvariantCulture, $"{FilingPlace.DeadLetter}{origin.Topic}/{origin.Partition}/{origin.Offset}.json");

    /// <summary>Writes the dead letter of one event; writing it again gives the same object.</summary>
    /// <param name="message">An event that came from Kafka.</param>
    /// <param name="reason">Why it cannot be read.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    /// <returns>The key of the dead letter.</returns>
    public async Task<string> WriteAsync(EventMessage message, string reason, CancellationToken cancellationToken)
    {
        string key = KeyOf(message.Origin ?? throw new ArgumentException("Only events from Kafka become dead letters.", nameof(message)));
        var request = new PutObjectRequest
        {
            BucketName = sorting.Value.TargetBucket,
            Key = key,
            ContentType = "application/json",
            InputStream = new MemoryStream(DeadLetter.Write(message, reason), writable: false),
        };
        await s3.PutObjectAsync(request, cancellationToken).ConfigureAwait(false);
        return key;
    }
}
