using System.Globalization;
using System.Text;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>Throughput of the app and of the bare loop along one axis.</summary>
internal sealed class Chart(string axis)
{
    private const int Width = 320;
    private const int Height = 220;
    private const int Margin = 44;
    private static readonly int[] Steps = [1, 2, 4, 6, 8, 10];

    /// <summary>Uploads a second at each point, from left to right.</summary>
    public List<(string Label, double App, double Bare)> Points { get; } = [];

    /// <summary>The charts side by side, as an SVG file.</summary>
    public static string ToSvg(IReadOnlyList<Chart> charts)
    {
        var svg = new StringBuilder();
        int width = charts.Count * (Width + Margin);
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {Height + (2 * Margin)}\" font-family=\"sans-serif\" font-size=\"11\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<rect width=\"{width}\" height=\"{Height + (2 * Margin)}\" fill=\"white\"/>\n");
        for (int i = 0; i < charts.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<g transform=\"translate({(i * (Width + Margin)) + Margin} 24)\">\n");
            charts[i].Draw(svg);
            svg.Append("</g>\n");
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void Draw(StringBuilder svg)
    {
        double most = RoundUp(Points.Max(point => Math.Max(point.App, point.Bare)));
        for (int tick = 0; tick <= 4; tick++)
        {
            double y = Height * (1 - (tick / 4.0));
            svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M0 {y:0.#}H{Width - Margin}\" stroke=\"#ddd\"/><text x=\"-4\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{most * tick / 4:0}</text>\n");
        }

        for (int i = 0; i < Points.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(i):0.#}\" y=\"{Height + 14}\" text-anchor=\"middle\">{Points[i].Label}</text>\n");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{X(0):0.#}\" y=\"{Height + 32}\">{axis}</text><text x=\"0\" y=\"-10\">uploads a second: <tspan fill=\"#06c\">app</tspan>, <tspan fill=\"#888\">bare loop</tspan></text>\n");
        Line(svg, point => point.Bare, "#888", most);
        Line(svg, point => point.App, "#06c", most);
    }

    private void Line(StringBuilder svg, Func<(string Label, double App, double Bare), double> value, string colour, double most)
    {
        string points = string.Join(' ', Points.Select((point, i) => string.Create(CultureInfo.InvariantCulture, $"{X(i):0.#},{Height * (1 - (value(point) / most)):0.#}")));
        svg.Append(CultureInfo.InvariantCulture, $"<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n");
    }

    private double X(int index) => (Width - Margin) * (index + 0.5) / Points.Count;

    // To what divides into four.
    private static double RoundUp(double value)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Steps.Select(step => step * power).First(step => step >= value);
    }
}
