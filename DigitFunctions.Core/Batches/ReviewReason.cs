using System.Globalization;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;

namespace DigitFunctions.Core.Batches;

/// <summary>Tells pictures that show no single digit, which a person is to look at.</summary>
internal static class ReviewReason
{
    /// <summary>Why the picture shows no single digit.</summary>
    /// <returns><see langword="null"/> where it does, and where the settings want every picture filed.</returns>
    public static string? Find(TransformedPicture picture, DigitPrediction prediction, SortingOptions sorting)
    {
        if (sorting.MinDigitScore <= 0)
        {
            return null;
        }

        return picture.HoldsSeveral
            ? "no single digit: several marks of like size stand beside each other"
            : prediction.DigitScore < sorting.MinDigitScore
                ? string.Create(CultureInfo.InvariantCulture, $"no single digit: the model's digit score is {prediction.DigitScore:0.##}")
                : null;
    }
}
