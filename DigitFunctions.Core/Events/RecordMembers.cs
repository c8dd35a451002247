using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>Where a vendor keeps the members that make an upload, as messages name them.</summary>
/// <param name="Bucket">The bucket's name.</param>
/// <param name="Key">The object key.</param>
/// <param name="Size">The object's size.</param>
/// <param name="ETag">The object's eTag.</param>
/// <param name="VersionId">The object's version.</param>
/// <param name="Sequencer">The order of events.</param>
/// <param name="Time">The event's time.</param>
/// <param name="EventId">The event's id.</param>
internal sealed record MemberNames(
    string Bucket, string Key, string Size, string ETag, string VersionId, string Sequencer, string Time, string EventId)
{
    /// <summary>In a record of S3's event message structure, which MinIO and Ceph share.</summary>
    public static readonly MemberNames S3 = new(
        "s3.bucket.name", "s3.object.key", "s3.object.size", "s3.object.eTag", "s3.object.versionId", "s3.object.sequencer", "eventTime", "eventId");

    /// <summary>In an event of EventBridge.</summary>
    public static readonly MemberNames EventBridge = new(
        "detail.bucket.name", "detail.object.key", "detail.object.size", "detail.object.etag", "detail.object.version-id",
        "detail.object.sequencer", "time", "id");
}

/// <summary>The values of one record that make an upload.</summary>
internal struct RecordMembers
{
    private static readonly byte[][] BucketNames = ["name"u8.ToArray()];

    /// <summary>The record's place among <c>Records</c>; <see langword="null"/> where it stands for itself.</summary>
    public int? Index;

    /// <summary>What messages call the members.</summary>
    public MemberNames Names;

    /// <summary>How the vendor writes keys.</summary>
    public KeyEncoding Encoding;

    /// <summary>The first thing found wrong; <see langword="null"/> while there is none.</summary>
    public string? Fault;

    /// <summary>The values, absent ones among them.</summary>
    public JsonValue Bucket, Key, Size, ETag, VersionId, Sequencer, Time, EventId;

    /// <summary>MinIO's member <c>Key</c> beside the records.</summary>
    public JsonValue Announced;

    /// <summary>Reads the members of an object within the record; one of another type is a fault.</summary>
    public void ReadContainer(ReadOnlySpan<byte> text, JsonValue container, string name, byte[][] names, scoped Span<JsonValue> found)
    {
        if (container.IsPresent && container.Type != JsonTokenType.StartObject)
        {
            Fault ??= $"{name} must be an object, got {container.Description}";
        }

        JsonMembers.Read(text, container, names, found);
    }

    /// <summary>Reads the bucket and the object, which every vendor keeps beside each other.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="bucket">The bucket, with its <c>name</c>.</param>
    /// <param name="bucketName">What messages call it.</param>
    /// <param name="stored">The object.</param>
    /// <param name="storedName">What messages call it.</param>
    /// <param name="names">The vendor's names for the object's key, size, eTag, version and sequencer, in this order.</param>
    public void ReadBucketAndObject(ReadOnlySpan<byte> text, JsonValue bucket, string bucketName, JsonValue stored, string storedName, byte[][] names)
    {
        Span<JsonValue> named = stackalloc JsonValue[BucketNames.Length];
        Span<JsonValue> described = stackalloc JsonValue[names.Length];
        ReadContainer(text, bucket, bucketName, BucketNames, named);
        ReadContainer(text, stored, storedName, names, described);
        (Bucket, Key, Size, ETag, VersionId, Sequencer) = (named[0], described[0], described[1], described[2], described[3], described[4]);
    }
}
