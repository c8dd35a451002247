using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DigitFunctions.Local;
using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The functions under the local host, in a process that answers, line by line, what it did and used.</summary>
internal static class MeasuredHost
{
    public const string Name = "measured-host";

    /// <summary>Starts to count.</summary>
    public const string Begin = "begin";

    /// <summary>Asks for the number of uploads filed since then.</summary>
    public const string Count = "count";

    /// <summary>Asks for the figures since then.</summary>
    public const string End = "end";

    public static Command Create()
    {
        var command = new Command(Name, "One side of e2e.") { Hidden = true };
        command.SetAction(async (_, cancellationToken) => await RunAsync(cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var filed = new FiledLog();
        await using LocalFunctions functions = await LocalFunctions.StartAsync(
            LocalServices.Configuration(),
            new FunctionsHostOptions { HttpPort = 0 },
            logging => logging.ClearProviders().AddProvider(filed).AddFilter("Microsoft", LogLevel.Warning),
            before: null,
            cancellationToken);
        Console.WriteLine("ready");
        (TimeSpan cpu, long allocated) = (TimeSpan.Zero, 0);
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            switch (line)
            {
                case Begin:
                    filed.Clear();
                    (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes());
                    Console.WriteLine(Begin);
                    break;
                case Count:
                    Console.WriteLine(filed.Count);
                    break;
                default:
                    Console.WriteLine(JsonSerializer.Serialize(new HostFigures(
                        filed.ToArray(), (Environment.CpuUsage.TotalTime - cpu).TotalSeconds, GC.GetTotalAllocatedBytes() - allocated)));
                    break;
            }
        }

        return 0;
    }

    /// <summary>Notes when each upload was reported as filed.</summary>
    private sealed class FiledLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<FiledUpload> _filed = new();

        public int Count => _filed.Count;

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Warning)
            {
                Console.Error.WriteLine(formatter(state, exception));
            }

            if (eventId.Name == nameof(HostLog.KafkaFunctionStarted))
            {
                Console.WriteLine(ChildProcess.Joining);
            }

            if (eventId.Name == "Sorted" && state is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                _filed.Enqueue(new FiledUpload((string)fields.First(field => field.Key == "Key").Value!, TimeProvider.System.GetUtcNow()));
            }
        }

        public void Clear() => _filed.Clear();

        public FiledUpload[] ToArray() => [.. _filed];

        public void Dispose()
        {
        }
    }
}

/// <summary>An upload and when it was reported as filed.</summary>
internal sealed record FiledUpload(string Key, DateTimeOffset Time);

/// <summary>What the functions did and used for one round.</summary>
internal sealed record HostFigures(FiledUpload[] Filed, double CpuSeconds, long AllocatedBytes);
