using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using DigitFunctions.Local;
using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The functions under the local host, whose process answers, line by line, what it and its worker did and used.</summary>
internal static partial class MeasuredHost
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
            LocalServices.Settings(),
            new FunctionsHostOptions { HttpPort = 0 },
            logging => logging.ClearProviders().AddProvider(filed).AddFilter("Microsoft", LogLevel.Warning),
            cancellationToken);
        Console.WriteLine($"{ChildProcess.Ready} {functions.WorkerProcessId}");
        (TimeSpan host, TimeSpan worker) = (TimeSpan.Zero, TimeSpan.Zero);
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            switch (line)
            {
                case Begin:
                    filed.Clear();
                    (host, worker) = (Environment.CpuUsage.TotalTime, WorkerCpu(functions));
                    Console.WriteLine(Begin);
                    break;
                case Count:
                    Console.WriteLine(filed.Count);
                    break;
                default:
                    Console.WriteLine(JsonSerializer.Serialize(new HostFigures(
                        filed.ToArray(), (Environment.CpuUsage.TotalTime - host).TotalSeconds, (WorkerCpu(functions) - worker).TotalSeconds)));
                    break;
            }
        }

        return 0;
    }

    private static TimeSpan WorkerCpu(LocalFunctions functions)
    {
        using Process worker = Process.GetProcessById(functions.WorkerProcessId ?? throw new InvalidOperationException("The worker has ended."));
        return worker.TotalProcessorTime;
    }

    /// <summary>Notes when each upload was reported as filed: the worker's logs come as text.</summary>
    private sealed partial class FiledLog : ILoggerProvider, ILogger
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

            if (eventId.Name == "Sorted")
            {
                _filed.Enqueue(new FiledUpload(KeyOf().Match(formatter(state, exception)).Groups[1].Value, TimeProvider.System.GetUtcNow()));
            }
        }

        public void Clear() => _filed.Clear();

        public FiledUpload[] ToArray() => [.. _filed];

        public void Dispose()
        {
        }

        [GeneratedRegex("^Image (.+) successfully uploaded to ")]
        private static partial Regex KeyOf();
    }
}

/// <summary>An upload and when it was reported as filed.</summary>
internal sealed record FiledUpload(string Key, DateTimeOffset Time);

/// <summary>What the functions did and used for one round.</summary>
internal sealed record HostFigures(FiledUpload[] Filed, double HostCpuSeconds, double WorkerCpuSeconds)
{
    /// <summary>Host and worker together.</summary>
    public double CpuSeconds => HostCpuSeconds + WorkerCpuSeconds;
}
