using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Storage;

/// <summary>That a picture goes to a place and to no other, whoever files it.</summary>
/// <param name="Bucket">The source bucket.</param>
/// <param name="Key">The source key.</param>
/// <param name="ETag">The source's eTag: another picture under the same key has another claim.</param>
/// <param name="Target">The key in the target bucket.</param>
/// <param name="Labels">The labels that go with the place.</param>
/// <param name="Offset">The offset of the picture's event; <see cref="OfNoOffset"/> where it is not known.</param>
internal sealed record FilingClaim(string Bucket, string Key, string ETag, string Target, IReadOnlyList<KeyValuePair<string, string>> Labels, long Offset)
{
    /// <summary>Beyond all offsets.</summary>
    public const long OfNoOffset = long.MaxValue;

    /// <summary>What is claimed.</summary>
    [JsonIgnore]
    public (string Bucket, string Key, string ETag) Picture => (Bucket, Key, ETag);

    /// <summary>The object that holds the claims of a partition: Kafka hands a partition's records to one worker after the other, so that a partition's claims lie together.</summary>
    public static string ObjectKeyOf(KafkaOrigin origin) =>
        string.Create(CultureInfo.InvariantCulture, $"{FilingClaims.Prefix}{origin.Topic}/{origin.Partition}.json");

    /// <summary>The object that holds the claim: that of the event's partition, or one for this picture alone where the event came by HTTP.</summary>
    public string ObjectKeyFor(KafkaOrigin? origin) => origin is not null ? ObjectKeyOf(origin)
        : $"{FilingClaims.Prefix}http/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Bucket}\n{Key}\n{ETag}")))}.json";
}

/// <summary>The document in which claims lie.</summary>
/// <param name="Write">Unlike that of any other write, so that no two have the same eTag.</param>
/// <param name="Claims">The claims.</param>
internal sealed record FilingClaimList(Guid Write, IReadOnlyList<FilingClaim> Claims);

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(FilingClaimList))]
internal sealed partial class FilingClaimJson : JsonSerializerContext;
