using System.CommandLine;
using DigitFunctions.Local.Commands;

namespace DigitFunctions.Local;

/// <summary>Runs a command line: results on stdout, all else on stderr, exit codes 0 done, 1 something failed, 2 usage.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int Usage = 2;

    /// <summary>Parses the arguments and runs the command that they name.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message))
            {
                await Console.Error.WriteLineAsync(message);
            }

            await Console.Error.WriteLineAsync("--help lists the commands; after a command it says what that takes.");
            return Usage;
        }

        // Long enough for a drain: the functions finish what they are at.
        var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (UsageException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Usage;
        }
        catch (OperationCanceledException)
        {
            return Failed;
        }
        catch (Exception e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    }
}
