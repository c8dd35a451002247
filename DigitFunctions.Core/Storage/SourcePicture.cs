using Amazon.S3.Model;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Storage;

/// <summary>A picture as it stood in its bucket when it was read.</summary>
/// <param name="Upload">The announcement that led here.</param>
/// <param name="ETag">The object's eTag, without quotes: what a condition on the source compares with.</param>
/// <param name="Size">Bytes of the object.</param>
/// <param name="Content">The bytes; <see langword="null"/> where the object is larger than what is fetched.</param>
public sealed record SourcePicture(Upload Upload, string ETag, long Size, byte[]? Content)
{
    /// <summary>When the object was written, to the second.</summary>
    public DateTimeOffset LastModified { get; init; }

    /// <summary>Content type, cache and disposition headers, to be kept.</summary>
    public required HeadersCollection Headers { get; init; }

    /// <summary>The uploader's own metadata, to be kept; names carry the prefix <c>x-amz-meta-</c>.</summary>
    public required MetadataCollection Metadata { get; init; }

    /// <summary>When the read began, on the clock of <see cref="StoreAccess"/>.</summary>
    internal long ReadAt { get; init; }
}
