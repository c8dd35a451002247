namespace DigitFunctions.Local;

/// <summary>A bar on stderr that shows how far something is; nothing where stderr is no terminal.</summary>
/// <param name="total">How much there is to do; 0 shows nothing.</param>
internal sealed class ProgressBar(long total)
{
    private const int Width = 30;

    private int _shown;

    /// <summary>Draws the bar anew.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="text">What is shown behind it.</param>
    public void Show(long done, string text)
    {
        if (total > 0)
        {
            string line = Line(done, text);
            Console.Error.Write($"\r{line.PadRight(_shown)}");
            _shown = line.Length;
        }
    }

    /// <summary>Takes the bar away, so that a line can be written.</summary>
    public void Clear()
    {
        if (_shown > 0)
        {
            Console.Error.Write($"\r{new string(' ', _shown)}\r");
            _shown = 0;
        }
    }

    /// <summary>The bar as text. More may come while it is counted: it is never more than full.</summary>
    internal string Line(long done, string text)
    {
        int full = (int)(Width * Math.Min(done, total) / total);
        return $"[{new string('#', full)}{new string('.', Width - full)}] {done} of {Math.Max(done, total)}  {text}";
    }
}
