using System.Globalization;

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

    /// <summary>The place of a digit, such as <c>digit-7/</c>.</summary>
    /// <param name="digit">0 to 9.</param>
    public static string OfDigit(int digit) => string.Create(CultureInfo.InvariantCulture, $"digit-{digit}/");
}
