using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Results;

/// <summary>A picture that is filed, as others are told of it.</summary>
/// <param name="Upload">The event's announcement of it.</param>
/// <param name="ETag">The eTag of the picture that was filed, without quotes.</param>
/// <param name="Written">When that picture had been uploaded, to the second; <see langword="null"/> where that is not recorded.</param>
/// <param name="TargetBucket">The bucket it is filed in.</param>
/// <param name="Target">Its key there: <c>digit-N/…</c>, <c>review/…</c> or <c>unreadable/…</c>.</param>
public sealed record FiledPicture(Upload Upload, string ETag, DateTimeOffset? Written, string TargetBucket, string Target)
{
    /// <summary>0 to 9; <see langword="null"/> where no model has seen it.</summary>
    public int? Digit { get; init; }

    /// <summary>The digit's score in [0, 1].</summary>
    public float? Confidence { get; init; }

    /// <summary>Which model saw it.</summary>
    public string? Model { get; init; }

    /// <summary>Why it is not filed under a digit; <see langword="null"/> where it is, or where its confidence alone is the reason.</summary>
    public string? Reason { get; init; }

    /// <summary>What led here: the id of the CloudEvent, else the record's <c>topic/partition/offset</c>; <see langword="null"/> where neither is known.</summary>
    public string? Cause { get; init; }
}
