using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Core.Explaining;

/// <summary>What a picture shows, as far as the transform and the model see it.</summary>
/// <param name="Profile">How it became a tensor.</param>
public sealed record PictureExplanation(ImagingProfile Profile)
{
    /// <summary>The tensor: 28 rows of 28 numbers, 0 to 255, light ink on dark; empty where the file is no picture of a digit.</summary>
    public IReadOnlyList<byte[]> Rows { get; init; } = [];

    /// <summary>Whether there are other marks of like size, or many.</summary>
    public bool HoldsSeveral { get; init; }

    /// <summary>Whether straight lines may be strokes or not, so that the model was shown both readings; the tensor is the one without.</summary>
    public bool HasOtherReading { get; init; }

    /// <summary>What the model says; <see langword="null"/> where it was not asked, or did not answer.</summary>
    public DigitPrediction? Prediction { get; init; }

    /// <summary>The place in the target bucket, such as <c>digit-7/</c>; <see langword="null"/> where the model did not answer.</summary>
    public string? Place { get; init; }

    /// <summary>Why the place is none of a digit, or unknown.</summary>
    public string? Reason { get; init; }

    /// <summary>A file that cannot be read as a digit.</summary>
    internal static PictureExplanation Unreadable(ImagingProfile profile, string reason) => new(profile) { Place = FilingPlace.Unreadable, Reason = reason };
}
