using Amazon.S3.Model;
using DigitFunctions.Core.Batches;

namespace DigitFunctions.Core.Storage;

/// <summary>A picture found in the target bucket.</summary>
/// <param name="Key">Its key there.</param>
/// <param name="ETag">Its eTag there, without quotes.</param>
/// <param name="Metadata">Its labels and the uploader's metadata.</param>
internal sealed record FiledObject(string Key, string ETag, MetadataCollection Metadata)
{
    /// <summary>The eTag of the source that was filed; <see langword="null"/> for an object that somebody else put there.</summary>
    public string? SourceETag => Metadata[PictureLabels.SourceETag];

    /// <summary>When it was written there.</summary>
    public DateTimeOffset Modified { get; init; }

    /// <summary>Its bytes.</summary>
    public long Size { get; init; }

    /// <summary>When the source that was filed had been written; <see langword="null"/> where that is not recorded.</summary>
    public DateTimeOffset? SourceModified =>
        DateTimeOffset.TryParse(Metadata[PictureLabels.SourceModified], out DateTimeOffset time) ? time : null;
}

/// <summary>What the target bucket says of an upload whose source is gone.</summary>
/// <param name="Status"><see cref="OutcomeStatus.AlreadySorted"/>, <see cref="OutcomeStatus.Superseded"/> or <see cref="OutcomeStatus.Missing"/>.</param>
public sealed record FiledState(OutcomeStatus Status)
{
    /// <summary>The key under which a picture was found; <see langword="null"/> where none was.</summary>
    public string? Key => Picture?.Key;

    /// <summary>The picture that was found; <see langword="null"/> where none was.</summary>
    internal FiledObject? Picture { get; init; }
}
