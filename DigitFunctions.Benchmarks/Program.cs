using System.CommandLine;
using DigitFunctions.Benchmarks;

const int Usage = 2;

// Each prints a table for people and, as its last line, the figures as name=value pairs.
var root = new RootCommand("Benchmarks of DigitFunctions. Progress goes to stderr, results to stdout.")
{
    FaultsBench.Create(),
    FuzzBench.Create(),
};

ParseResult parsed = root.Parse(args.Length == 0 ? ["--help"] : args);
if (parsed.Errors.Count > 0)
{
    foreach (string message in parsed.Errors.Select(error => error.Message))
    {
        Console.Error.WriteLine(message);
    }

    Console.Error.WriteLine("'./dev bench --help' lists the benchmarks, './dev bench NAME --help' what one takes.");
    return Usage;
}

return await parsed.InvokeAsync();
