using System.Globalization;
using DigitFunctions.Core.Prediction;

namespace DigitFunctions.Core.Storage;

/// <summary>The places in the target bucket; a picture keeps its key below one of them.</summary>
public static class FilingPlace
{
    /// <summary>Pictures whose prediction is not confident enough.</summary>
    public const string Review = "review/";

    /// <summary>Files that cannot be read as a digit.</summary>
    public const string Unreadable = "unreadable/";

    /// <summary>Every place where a picture can be.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Enumerable.Range(0, 10).Select(OfDigit), Review, Unreadable];

    /// <summary>The place of a picture.</summary>
    /// <param name="prediction">What the model says; <see langword="null"/> for a file that cannot be read as a digit.</param>
    /// <param name="review">Why a person is to look at it, if there is a reason.</param>
    /// <param name="minConfidence">Less goes to <see cref="Review"/>.</param>
    internal static string Of(DigitPrediction? prediction, string? review, double minConfidence) => prediction switch
    {
        null => Unreadable,
        { } sure when sure.Confidence >= minConfidence && review is null => OfDigit(sure.Digit),
        _ => Review,
    };

    /// <summary>The place of a digit, such as <c>digit-7/</c>.</summary>
    /// <param name="digit">0 to 9.</param>
    public static string OfDigit(int digit) => string.Create(CultureInfo.InvariantCulture, $"digit-{digit}/");
}
