using System.CommandLine;
using System.Globalization;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary><c>bench e2e</c>: uploads announced on Kafka and sorted by the local host, beside the bare S3 calls and, if wanted, KServe's sample.</summary>
internal static class EndToEndBench
{
    // Until the runtime has compiled again what runs often: with a quarter of it the worker took a fifth more CPU time in the first round than in the third.
    private const int WarmUp = 8192;

    public static Command Create()
    {
        var uploads = new Option<int>("--uploads") { Description = "Uploads a turn; a round has two turns of each side.", DefaultValueFactory = _ => 4096 };
        var rounds = new Option<int>("--rounds") { Description = "Rounds.", DefaultValueFactory = _ => 5 };
        var concurrency = new Option<int>("--concurrency") { Description = "S3 calls in flight, on both sides.", DefaultValueFactory = _ => 16 };
        var store = new Option<StoreKind>("--store") { Description = "The S3 server.", DefaultValueFactory = _ => StoreKind.Ceph };
        var peer = new Option<bool>("--peer") { Description = "Measure KServe's sample as well (Python, boto3 and OpenCV from Debian)." };
        var command = new Command("e2e", "Sort uploads that are announced on Kafka, beside the bare S3 calls.") { uploads, rounds, concurrency, store, peer };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new SidesOptions { Store = parsed.GetValue(store), Concurrency = parsed.GetValue(concurrency), WithPeer = parsed.GetValue(peer) };
            await using var sides = await EndToEndSides.StartAsync(options, cancellationToken);
            await sides.RoundAsync(WarmUp, cancellationToken);
            var results = new List<EndToEndRound>();
            for (int i = 0; i < parsed.GetValue(rounds); i++)
            {
                EndToEndRound round = await sides.RoundAsync(parsed.GetValue(uploads), cancellationToken);
                results.Add(round);
                Console.WriteLine(round.Describe(i + 1));
            }

            Console.WriteLine(Summary(results, await sides.LatenciesAsync(cancellationToken), sides.App.PeakBytes));
            return 0;
        });
        return command;
    }

    private static string Summary(List<EndToEndRound> rounds, double[] latencies, long peakBytes)
    {
        Array.Sort(latencies);
        string peer = rounds[0].PeerPerSecond is null ? "" : Spread("peer_ratio", rounds.Select(round => round.AppPerSecond / round.PeerPerSecond!.Value)) + " ";
        return Spread("throughput_ratio", rounds.Select(round => round.AppPerSecond / round.BarePerSecond)) + " "
            + Spread("cpu_ratio", rounds.Select(round => round.AppCpuMs / round.BareCpuMs)) + " "
            + peer
            + string.Create(
                CultureInfo.InvariantCulture,
                $"p50_ms={Percentile(latencies, 0.5):0} p95_ms={Percentile(latencies, 0.95):0} p99_ms={Percentile(latencies, 0.99):0} peak_mb={peakBytes / 1e6:0} host_cpu_ms={rounds.Average(round => round.HostCpuMs):0.00} worker_cpu_ms={rounds.Average(round => round.AppCpuMs - round.HostCpuMs):0.00}");
    }

    /// <summary>The median under the name, then the least and the most.</summary>
    public static string Spread(string name, IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return string.Create(
            CultureInfo.InvariantCulture, $"{name}={Percentile(sorted, 0.5):0.00} {name}_min={sorted[0]:0.00} {name}_max={sorted[^1]:0.00}");
    }

    public static double Percentile(double[] sorted, double share) => sorted[(int)Math.Round(share * (sorted.Length - 1))];
}
