using System.CommandLine;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Local.Commands;

/// <summary><c>digits stack</c>: S3, Kafka and a predictor for functions that run elsewhere, under <c>func start</c> for one.</summary>
internal static class StackCommand
{
    public static Command Create()
    {
        var arguments = new StackArguments();
        var command = new Command("stack", "Run S3, Kafka and a KServe predictor on loopback; uploads to the bucket mnist are announced on the topic mnist.");
        arguments.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using ServiceProvider services = LocalServices.ForPictures();
            await using LocalStack stack = await arguments.StartAsync(
                parsed, services.GetRequiredService<IDigitPredictor>(), services.GetRequiredService<ILoggerFactory>(), cancellationToken);
            foreach (string endpoint in stack.Endpoints)
            {
                Console.WriteLine(endpoint);
            }

            await Stopped.WaitAsync(cancellationToken);
            return 0;
        });
        return command;
    }
}
