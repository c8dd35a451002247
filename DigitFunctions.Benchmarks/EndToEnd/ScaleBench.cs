using System.CommandLine;
using System.Globalization;
using DigitFunctions.Tests.Images;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary><c>bench scale</c>: throughput against concurrency, partitions and hosts, and the size of the pictures.</summary>
internal static class ScaleBench
{
    private const long MostBytesATurn = 100_000_000;

    // Past the first events of each partition, which are looked up among the filed pictures.
    private const int WarmUp = 1024;
    private static readonly int[] Concurrencies = [1, 2, 4, 8, 16, 32, 64];
    private static readonly (int Hosts, int Partitions)[] Groups = [(1, 1), (1, 2), (1, 4), (2, 2), (2, 4), (4, 4)];
    private static readonly int[] PictureSides = [28, 100, 300, 1000, 2000, 4000];

    public static Command Create()
    {
        var uploads = new Option<int>("--uploads") { Description = "Uploads a turn; fewer where the pictures are large.", DefaultValueFactory = _ => 2048 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds of each point, after one to warm up; the median counts.", DefaultValueFactory = _ => 1 };
        var store = new Option<StoreKind>("--store") { Description = "The S3 server.", DefaultValueFactory = _ => StoreKind.Ceph };
        var plot = new Option<FileInfo?>("--plot") { Description = "Draw the tables into this SVG file." };
        var command = new Command("scale", "Measure how throughput grows, as tables in Markdown.") { uploads, rounds, store, plot };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var measure = new Measure(parsed.GetValue(uploads), parsed.GetValue(rounds), parsed.GetValue(store), cancellationToken);
            var charts = new List<Chart>
            {
                await measure.RunAsync("Uploads at once", Concurrencies.Select(n => (Text(n), new SidesOptions { Concurrency = n }))),
                await measure.RunAsync("Hosts × partitions", Groups.Select(g => ($"{g.Hosts} × {g.Partitions}", new SidesOptions { Hosts = g.Hosts, Partitions = g.Partitions }))),
                await measure.RunAsync("Pixels a side", PictureSides.Select(side => (Text(side), new SidesOptions { Picture = Picture(side) }))),
            };
            if (parsed.GetValue(plot) is { } file)
            {
                await File.WriteAllTextAsync(file.FullName, Chart.ToSvg(charts), cancellationToken);
            }

            return 0;
        });
        return command;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    // A digit on noisy paper: what does not compress to nothing.
    private static byte[] Picture(int side) =>
        PngWriter.Grey(side, side, Some.WithNoise(Some.Seven(side, side, side / 4, side / 8, side * 3 / 4), 2));

    private sealed class Measure(int uploads, int rounds, StoreKind store, CancellationToken cancellationToken)
    {
        /// <summary>Measures one point after the other and prints them as a table.</summary>
        public async Task<Chart> RunAsync(string axis, IEnumerable<(string Label, SidesOptions Options)> points)
        {
            Console.WriteLine($"| {axis} | app, uploads/s | bare loop, uploads/s | ratio | app, ms CPU | bare loop, ms CPU |");
            Console.WriteLine("|---:|---:|---:|---:|---:|---:|");
            var chart = new Chart(axis);
            foreach ((string label, SidesOptions options) in points)
            {
                await using EndToEndSides sides = await EndToEndSides.StartAsync(options with { Store = store }, cancellationToken);
                int most = (int)Math.Clamp(MostBytesATurn / options.Picture.Length, 16, int.MaxValue);
                int count = Math.Min(most, uploads);
                await sides.RoundAsync(Math.Min(most, WarmUp), cancellationToken);
                var results = new List<EndToEndRound>();
                for (int i = 0; i < rounds; i++)
                {
                    results.Add(await sides.RoundAsync(count, cancellationToken));
                }

                double app = Median(round => round.AppPerSecond), bare = Median(round => round.BarePerSecond);
                chart.Points.Add((label, app, bare));
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {label} | {app:0} | {bare:0} | {Median(round => round.AppPerSecond / round.BarePerSecond):0.00} | {Median(round => round.AppCpuMs):0.00} | {Median(round => round.BareCpuMs):0.00} |"));

                double Median(Func<EndToEndRound, double> figure) => EndToEndBench.Percentile([.. results.Select(figure).Order()], 0.5);
            }

            Console.WriteLine();
            return chart;
        }
    }
}
