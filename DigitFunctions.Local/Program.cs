using System.CommandLine;
using DigitFunctions.Local;
using DigitFunctions.Local.Commands;

return await CommandLine.RunAsync(
    new RootCommand("DigitFunctions on this machine: the functions, a local stack for them, and the model on files.")
    {
        RunCommand.Create(),
        StackCommand.Create(),
        HostCommand.Create(),
        ClassifyCommand.Create(),
        TransformCommand.Create(),
        ExplainCommand.Create(),
        ReplayCommand.Create(),
        ReconcileCommand.Create(),
        RedriveCommand.Create(),
        ExportCommand.Create(),
    },
    args);
