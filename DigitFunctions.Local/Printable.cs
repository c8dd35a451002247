using System.Globalization;

namespace DigitFunctions.Local;

/// <summary>Other people's words on their way to a terminal: object keys, reasons, answers.</summary>
internal static class Printable
{
    /// <summary>The text without what a terminal would obey: control characters, line breaks, and marks that turn the direction of writing.</summary>
    public static string Of(string text) => string.Concat(text.Where(unit =>
        !char.IsControl(unit) && char.GetUnicodeCategory(unit) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)));
}
