namespace DigitFunctions.Core.Events;

/// <summary>Orders the events on one object key, within one bucket and vendor.</summary>
/// <remarks>S3 user guide, "Event message structure": the shorter value is padded with zeros on the left, then both are compared as text.</remarks>
public static class Sequencer
{
    /// <summary>Compares two sequencers.</summary>
    /// <param name="left">Hexadecimal digits, of either case.</param>
    /// <param name="right">Hexadecimal digits, of either case.</param>
    /// <returns>Less than 0 where <paramref name="left"/> is older, more than 0 where it is newer, 0 where they are equal.</returns>
    public static int Compare(string left, string right)
    {
        ReadOnlySpan<char> first = left.AsSpan().TrimStart('0');
        ReadOnlySpan<char> second = right.AsSpan().TrimStart('0');
        return first.Length != second.Length
            ? first.Length.CompareTo(second.Length)
            : first.CompareTo(second, StringComparison.OrdinalIgnoreCase);
    }
}
