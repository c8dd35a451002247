using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.Extensions;
using CloudNative.CloudEvents.SystemTextJson;
using DigitFunctions.Core.Results;

namespace DigitFunctions;

/// <summary>The CloudEvent that tells of a filed picture, version 1.0 in the JSON event format.</summary>
internal static class FiledEvent
{
    /// <summary>The event's type.</summary>
    public const string Type = "digitfunctions.picture.filed";

    private static readonly JsonEventFormatter Json = new(
        new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull }, default);

    // Both are extensions that the CloudEvents repository describes: correlation and distributed tracing.
    private static readonly CloudEventAttribute CausationId = CloudEventAttribute.CreateExtension("causationid", CloudEventAttributeType.String);
    private static readonly CloudEventAttribute TraceParent = CloudEventAttribute.CreateExtension("traceparent", CloudEventAttributeType.String);

    /// <summary>The record's key: pictures of one object key stay in order.</summary>
    public static string KeyOf(FiledPicture picture) => $"{picture.Upload.Bucket}/{picture.Upload.Key}";

    /// <summary>The event as bytes, in structured mode.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="now">The time that it tells.</param>
    /// <param name="contentType">What the bytes are.</param>
    public static ReadOnlyMemory<byte> Encode(FiledPicture picture, DateTimeOffset now, out string contentType)
    {
        ReadOnlyMemory<byte> encoded = Json.EncodeStructuredModeMessage(Of(picture, now), out System.Net.Mime.ContentType type);
        contentType = type.ToString();
        return encoded;
    }

    private static CloudEvent Of(FiledPicture picture, DateTimeOffset now)
    {
        var filed = new CloudEvent([CausationId, TraceParent, .. Partitioning.AllAttributes])
        {
            Id = IdOf(picture),
            Type = Type,
            Source = new Uri($"s3://{picture.Upload.Bucket}"),
            Subject = Encode(picture.Upload.Key),
            Time = now,
            DataContentType = "application/json",
            Data = new FiledData(
                picture.Upload.Bucket, picture.Upload.Key, picture.ETag, picture.TargetBucket, picture.Target, picture.Digit, Round(picture.Confidence), picture.Model, picture.Reason),
        };
        filed.SetPartitionKey(Encode(KeyOf(picture)));
        filed[CausationId] = string.IsNullOrEmpty(picture.Cause) ? null : Encode(picture.Cause);
        filed[TraceParent] = Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id
            : ActivityContext.TryParse(picture.Upload.TraceParent, null, out _) ? picture.Upload.TraceParent : null;
        return filed;
    }

    /// <summary>The same for the same picture, however often it is told of; another one where it is uploaded anew.</summary>
    private static string IdOf(FiledPicture picture)
    {
        string told = string.Create(CultureInfo.InvariantCulture, $"{picture.Upload.Bucket}\0{picture.Upload.Key}\0{picture.ETag}\0{picture.Written?.ToUnixTimeSeconds()}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(told)).AsSpan(0, 16));
    }

    /// <summary>As a filed picture's label has it, from which one that was filed before is told.</summary>
    private static float? Round(float? confidence) => confidence is { } score ? MathF.Round(score, 4) : null;

    /// <summary>Percent-encodes what no attribute may hold: control characters and noncharacters (CloudEvents 1.0, type system). The data has the key as it is.</summary>
    private static string Encode(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.IsControl(rune) || (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF
            ? Uri.EscapeDataString(rune.ToString()) : rune.ToString()));
}

/// <summary>The data of <see cref="FiledEvent"/>.</summary>
/// <param name="Bucket">The bucket that the picture was uploaded to.</param>
/// <param name="Key">Its object key there.</param>
/// <param name="ETag">Its eTag there.</param>
/// <param name="TargetBucket">The bucket that it is filed in.</param>
/// <param name="Target">Its key there.</param>
/// <param name="Digit">0 to 9; left out where no model has seen it.</param>
/// <param name="Confidence">The digit's score in [0, 1].</param>
/// <param name="Model">Which model saw it.</param>
/// <param name="Reason">Why it is not filed under a digit.</param>
internal sealed record FiledData(
    string Bucket, string Key, [property: JsonPropertyName("eTag")] string ETag, string TargetBucket, string Target, int? Digit, float? Confidence, string? Model, string? Reason);
