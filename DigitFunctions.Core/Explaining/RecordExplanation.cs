using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Explaining;

/// <summary>What one record of an event would come to.</summary>
/// <param name="Notice">How it was read: an upload, or why it is none.</param>
/// <param name="Reason">Why it is not simply sorted; <see langword="null"/> where it is.</param>
public sealed record RecordExplanation(UploadNotice Notice, string? Reason)
{
    /// <summary>The eTag of the object as it stands, without quotes; <see langword="null"/> where there is none.</summary>
    public string? ObjectETag { get; init; }

    /// <summary>Bytes of the object as it stands.</summary>
    public long? ObjectSize { get; init; }

    /// <summary>Whether this very picture is filed already.</summary>
    public bool IsFiled { get; init; }

    /// <summary>Where a picture of that key is filed; <see langword="null"/> where none is.</summary>
    public string? Filed { get; init; }

    /// <summary>What the picture shows; <see langword="null"/> where there is no object.</summary>
    public PictureExplanation? Picture { get; init; }

    /// <summary>The bucket that it would go to; <see langword="null"/> where it would go nowhere.</summary>
    public string? TargetBucket { get; init; }

    /// <summary>The key in the target bucket where it would go; <see langword="null"/> where it would go nowhere, or the predictor does not say.</summary>
    public string? Target { get; init; }
}
