using System.CommandLine;
using DigitFunctions.Local.Commands;

const int Failed = 1;
const int Usage = 2;

var root = new RootCommand("DigitFunctions on this machine: the functions, a local stack for them, and the model on files.")
{
    RunCommand.Create(),
    StackCommand.Create(),
    HostCommand.Create(),
    ClassifyCommand.Create(),
    TransformCommand.Create(),
    ReplayCommand.Create(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (string message in parsed.Errors.Select(error => error.Message))
    {
        Console.Error.WriteLine(message);
    }

    Console.Error.WriteLine("'digits --help' lists the commands, 'digits COMMAND --help' what one takes.");
    return Usage;
}

try
{
    // Long enough for a drain: the functions finish what they are at.
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
}
catch (UsageException e)
{
    Console.Error.WriteLine(e.Message);
    return Usage;
}
catch (OperationCanceledException)
{
    return Failed;
}
catch (Exception e)
{
    Console.Error.WriteLine(e.Message);
    return Failed;
}
