using System.Collections.Concurrent;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DigitFunctions.Local;
using DigitFunctions.Local.Hosting;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The functions under the local host, in a process that answers what it used. A line on stdin is a number of uploads to wait for.</summary>
internal static class MeasuredHost
{
    public const string Name = "measured-host";

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
        while (await Console.In.ReadLineAsync(cancellationToken) is { } line)
        {
            TimeSpan cpu = Environment.CpuUsage.TotalTime;
            long allocated = GC.GetTotalAllocatedBytes();
            Console.WriteLine("waiting");
            HostFigures figures = await filed.WaitAsync(int.Parse(line, CultureInfo.InvariantCulture), cancellationToken) with
            {
                CpuSeconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds,
                AllocatedBytes = GC.GetTotalAllocatedBytes() - allocated,
            };
            Console.WriteLine(JsonSerializer.Serialize(figures));
        }

        return 0;
    }

    /// <summary>Notes when each upload was reported as filed.</summary>
    private sealed class FiledLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(string Key, DateTimeOffset Time)> _filed = new();
        private readonly SemaphoreSlim _count = new(0);

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

            if (eventId.Name == "Sorted" && state is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                _filed.Enqueue(((string)fields.First(field => field.Key == "Key").Value!, TimeProvider.System.GetUtcNow()));
                _count.Release();
            }
        }

        public async Task<HostFigures> WaitAsync(int uploads, CancellationToken cancellationToken)
        {
            var times = new Dictionary<string, DateTimeOffset>(uploads);
            for (int i = 0; i < uploads; i++)
            {
                await _count.WaitAsync(cancellationToken);
                _filed.TryDequeue(out (string Key, DateTimeOffset Time) filed);
                times[filed.Key] = filed.Time;
            }

            return new HostFigures(times, 0, 0);
        }

        public void Dispose() => _count.Dispose();
    }
}

/// <summary>What the functions used for one round, and when each upload was filed.</summary>
internal sealed record HostFigures(Dictionary<string, DateTimeOffset> Filed, double CpuSeconds, long AllocatedBytes);
