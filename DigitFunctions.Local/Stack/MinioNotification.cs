using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DigitFunctions.Local.Stack;

/// <summary>Writes a notification as MinIO publishes it on Kafka: the same members in the same order.</summary>
/// <remarks>
/// MinIO's internal/event/event.go and cmd/event-notification.go: empty members are left out of <c>object</c>, maps are sorted by name,
/// the sequencer is the time in nanoseconds in upper-case hexadecimal, the key inside is form-encoded with <c>%2F</c>.
/// </remarks>
public static class MinioNotification
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The key of the Kafka record, and the document's own <c>Key</c>: bucket, slash, key, not encoded.</summary>
    public static string RecordKey(BucketNotification notification) => $"{notification.Bucket}/{notification.Key}";

    /// <summary>The value of the Kafka record: UTF-8 JSON.</summary>
    public static byte[] RecordValue(BucketNotification notification)
    {
        ArrayBufferWriter<byte> buffer = new(2048);
        using (Utf8JsonWriter json = new(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("EventName", notification.EventName);
            json.WriteString("Key", RecordKey(notification));
            json.WriteStartArray("Records");
            WriteRecord(json, notification);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRecord(Utf8JsonWriter json, BucketNotification notification)
    {
        json.WriteStartObject();
        json.WriteString("eventVersion", "2.0");
        json.WriteString("eventSource", "minio:s3");
        json.WriteString("awsRegion", "");
        json.WriteString("eventTime", S3Xml.Time(notification.Time));
        json.WriteString("eventName", notification.EventName);
        WritePrincipal(json, "userIdentity", notification);

        json.WriteStartObject("requestParameters");
        json.WriteString("principalId", notification.User);
        json.WriteString("region", "");
        json.WriteString("sourceIPAddress", notification.SourceAddress);
        json.WriteEndObject();

        json.WriteStartObject("responseElements");
        json.WriteString("content-length", "0");
        json.WriteString("x-amz-id-2", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(notification.Endpoint))));
        json.WriteString("x-amz-request-id", notification.RequestId);
        json.WriteString("x-minio-deployment-id", notification.DeploymentId);
        json.WriteString("x-minio-origin-endpoint", notification.Endpoint);
        json.WriteEndObject();

        json.WriteStartObject("s3");
        json.WriteString("s3SchemaVersion", "1.0");
        json.WriteString("configurationId", "Config");
        json.WriteStartObject("bucket");
        json.WriteString("name", notification.Bucket);
        WritePrincipal(json, "ownerIdentity", notification);
        json.WriteString("arn", "arn:aws:s3:::" + notification.Bucket);
        json.WriteEndObject();
        WriteObject(json, notification);
        json.WriteEndObject();

        json.WriteStartObject("source");
        json.WriteString("host", notification.SourceAddress);
        json.WriteString("port", "");
        json.WriteString("userAgent", notification.UserAgent);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteObject(Utf8JsonWriter json, BucketNotification notification)
    {
        json.WriteStartObject("object");
        // Go QueryEscape: as AWS encodes, but a space becomes a plus.
        json.WriteString("key", S3Target.Encode(notification.Key, keepSlash: false).Replace("%20", "+", StringComparison.Ordinal));
        if (notification.Size > 0)
        {
            json.WriteNumber("size", notification.Size);
        }

        if (notification.ETag.Length > 0)
        {
            json.WriteString("eTag", notification.ETag);
        }

        if (notification.Headers.TryGetValue("content-type", out string? contentType))
        {
            json.WriteString("contentType", contentType);
        }

        if (notification.Headers.Count > 0)
        {
            json.WriteStartObject("userMetadata");
            foreach ((string name, string value) in notification.Headers
                .Select(header => (Canonical(header.Key), header.Value)).OrderBy(header => header.Item1, StringComparer.Ordinal))
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        if (notification.VersionId is not null)
        {
            json.WriteString("versionId", notification.VersionId);
        }

        json.WriteString("sequencer", Sequencer(notification.Time));
        json.WriteEndObject();
    }

    private static string Sequencer(DateTimeOffset time) =>
        ((time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick).ToString("X", CultureInfo.InvariantCulture);

    private static void WritePrincipal(Utf8JsonWriter json, string name, BucketNotification notification)
    {
        json.WriteStartObject(name);
        json.WriteString("principalId", notification.User);
        json.WriteEndObject();
    }

    // Go keeps metadata headers with capitals after hyphens, and MinIO's own list in lower case.
    private static string Canonical(string header) =>
        !header.StartsWith(S3Headers.MetadataPrefix, StringComparison.Ordinal) ? header
        : string.Join('-', header.Split('-').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..]));
}
