using System.CommandLine;
using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits host</c>: only the functions, against whatever the settings name.</summary>
internal static class HostCommand
{
    public static Command Create()
    {
        Option<int> httpPort = RunCommand.HttpPort();
        var command = new Command(
            "host", "Run the functions against the endpoints of the settings: environment variables, or local.settings.json in the current folder.") { httpPort };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new FunctionsHostOptions { HttpPort = parsed.GetValue(httpPort), HomePath = LocalFunctions.HomePath };
            await using LocalFunctions functions = await LocalFunctions.StartAsync(
                LocalServices.Settings(), options, LocalServices.ToStandardError(LogLevel.Information), cancellationToken);
            Console.WriteLine($"http {functions.HttpUrl}");
            await Stopped.WaitAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
