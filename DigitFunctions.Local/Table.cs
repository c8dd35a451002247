using System.Globalization;

namespace DigitFunctions.Local;

/// <summary>Results as a table of two columns, and as one line of <c>name=value</c> pairs.</summary>
internal sealed class Table
{
    private readonly List<(string What, string Value)> _rows = [];
    private readonly List<string> _pairs = [];

    /// <summary>Adds a row for people.</summary>
    public void Add(string what, object value) => _rows.Add((what, Text(value)));

    /// <summary>Adds a row for people, and a pair to the last line.</summary>
    public void Add(string what, string name, object value)
    {
        Add(what, value);
        _pairs.Add($"{name}={Text(value)}");
    }

    /// <summary>Writes both.</summary>
    public void Write(TextWriter output)
    {
        int width = _rows.Max(row => row.What.Length);
        foreach ((string what, string value) in _rows)
        {
            output.WriteLine($"{what.PadRight(width)}  {value}");
        }

        output.WriteLine();
        output.WriteLine(string.Join(' ', _pairs));
    }

    private static string Text(object value) => value switch
    {
        double number => number.ToString("0.0##", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
