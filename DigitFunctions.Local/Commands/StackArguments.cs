using System.CommandLine;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Local.Commands;

/// <summary>The options of the commands that start the local stack.</summary>
internal sealed class StackArguments
{
    private readonly Option<int> _s3Port = Port(LocalStackOptions.S3PortOption, "S3", new LocalStackOptions().S3Port);
    private readonly Option<int> _kafkaPort = Port(LocalStackOptions.KafkaPortOption, "Kafka", new LocalStackOptions().KafkaPort);
    private readonly Option<int> _predictorPort = Port(LocalStackOptions.PredictorPortOption, "the predictor", new LocalStackOptions().PredictorPort);
    private readonly Option<DirectoryInfo> _folder = new("--folder") { Description = "The folder that keeps the S3 objects; without it they live in memory." };

    /// <summary>An option for a port on loopback.</summary>
    public static Option<int> Port(string name, string what, int port) => new(name)
    {
        Description = $"The port of {what} on 127.0.0.1; 0 takes a free one.",
        DefaultValueFactory = _ => port,
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_s3Port);
        command.Add(_kafkaPort);
        command.Add(_predictorPort);
        command.Add(_folder);
    }

    /// <summary>Starts the stack as the options say.</summary>
    public Task<LocalStack> StartAsync(ParseResult parsed, IDigitPredictor predictor, ILoggerFactory loggers, CancellationToken cancellationToken) =>
        LocalStack.StartAsync(
            new LocalStackOptions
            {
                S3Port = parsed.GetValue(_s3Port),
                KafkaPort = parsed.GetValue(_kafkaPort),
                PredictorPort = parsed.GetValue(_predictorPort),
                Folder = parsed.GetValue(_folder)?.FullName,
                LoggerFactory = loggers,
            },
            predictor,
            cancellationToken);
}
