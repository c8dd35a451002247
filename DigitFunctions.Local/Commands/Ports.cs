using System.CommandLine;

namespace DigitFunctions.Local.Commands;

/// <summary>The ports on loopback, each to be chosen by an option.</summary>
internal static class Ports
{
    public static Option<int> S3() => Create("--s3-port", "S3", 9000);

    public static Option<int> Kafka() => Create("--kafka-port", "Kafka", 9092);

    public static Option<int> Predictor() => Create("--predictor-port", "the predictor", 8080);

    public static Option<int> Http() => Create("--http-port", "the HTTP functions", 7071);

    private static Option<int> Create(string name, string what, int port) => new(name)
    {
        Description = $"The port of {what} on 127.0.0.1; 0 takes a free one.",
        DefaultValueFactory = _ => port,
    };
}
