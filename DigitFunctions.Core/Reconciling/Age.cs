using System.Globalization;

namespace DigitFunctions.Core.Reconciling;

/// <summary>How old something is, as people write it: <c>90s</c>, <c>10m</c>, <c>2h</c>, <c>1d</c>.</summary>
public static class Age
{
    /// <summary>What it looks like, for messages.</summary>
    public const string Form = "a whole number with its unit, s, m, h or d, such as 10m, and 10 years (3650d) at most";

    private const int MostDigits = 9;

    // Older than that is nothing that waits, and no date in the past is beyond reckoning.
    private static readonly TimeSpan Most = TimeSpan.FromDays(3650);

    /// <summary>Reads an age.</summary>
    public static bool TryParse(string? text, out TimeSpan age)
    {
        age = default;
        if (text is not { Length: > 1 and <= MostDigits + 1 } || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            _ => null,
        };
        if (unit is null || number > Most / unit)
        {
            return false;
        }

        age = number * unit.Value;
        return true;
    }
}
