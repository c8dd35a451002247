using System.CommandLine;
using System.Globalization;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary><c>bench memory</c>: whether the functions' memory stays flat over many uploads.</summary>
internal static class MemoryBench
{
    private const int Marks = 10;

    // The broker forgets what lags too far behind.
    private const int MostAtOnce = 2000;

    public static Command Create()
    {
        var uploads = new Option<int>("--uploads") { Description = "Uploads in all.", DefaultValueFactory = _ => 100_000 };
        var store = new Option<StoreKind>("--store") { Description = "The S3 server.", DefaultValueFactory = _ => StoreKind.Local };
        var command = new Command("memory", "Sort many uploads and watch the memory of the process.") { uploads, store };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            int part = Math.Max(1, parsed.GetValue(uploads) / Marks);
            await using var sides = await EndToEndSides.StartAsync(new SidesOptions { Store = parsed.GetValue(store) }, cancellationToken);
            var most = new List<double>();
            Console.WriteLine("uploads  most memory held since the line before, MB");
            for (int mark = 1; mark <= Marks; mark++)
            {
                most.Add(await MostHeldAsync(sides, part, cancellationToken) / 1e6);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{mark * part,7}  {most[^1]:0.0}"));
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"uploads={Marks * part} first_mb={most[0]:0.0} last_mb={most[^1]:0.0} growth={(most[^1] / most[0]) - 1:0.000}"));
            return 0;
        });
        return command;
    }

    private static async Task<long> MostHeldAsync(EndToEndSides sides, int uploads, CancellationToken cancellationToken)
    {
        long most = 0;
        for (int left = uploads; left > 0; left -= MostAtOnce)
        {
            await sides.RunAppAsync(Math.Min(left, MostAtOnce), cancellationToken);
            most = Math.Max(most, sides.App.HeldBytes);
        }

        return most;
    }
}
