using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace DigitFunctions.Local.Hosting;

/// <summary>A worker: <c>dotnet DigitFunctions.dll</c> with the arguments and variables that the Functions host gives it.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int KeptLines = 100;

    private readonly Process _process;
    private readonly Watchdog _watchdog;
    private readonly Task _output;
    private readonly ConcurrentQueue<string> _lines = new();
    private Action<string>? _written;

    private WorkerProcess(Process process)
    {
        _process = process;
        Id = process.Id;
        _watchdog = Watchdog.Over(process);
        _output = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>The process id.</summary>
    public int Id { get; }

    /// <summary>What it has written of late to stdout and stderr, a line each.</summary>
    public string Output => string.Join(Environment.NewLine, _lines);

    /// <summary>Starts a worker.</summary>
    /// <param name="app">The published functions app.</param>
    /// <param name="endpoint">Where the worker calls the host.</param>
    /// <param name="workerId">By which the host knows it.</param>
    /// <param name="settings">Settings as environment variables, beside those of this process.</param>
    public static WorkerProcess Start(FunctionsApp app, Uri endpoint, string workerId, IEnumerable<KeyValuePair<string, string>> settings)
    {
        string requestId = Guid.NewGuid().ToString();
        string maxLength = WorkerEndpoint.MaxMessageLength.ToString(CultureInfo.InvariantCulture);
        // Older workers read the first form of each argument, newer ones the second: the Functions host gives both.
        var start = new ProcessStartInfo(
            "dotnet",
            [
                app.Assembly,
                "--host", endpoint.Host, "--port", endpoint.Port.ToString(CultureInfo.InvariantCulture), "--workerId", workerId, "--requestId", requestId,
                "--grpcMaxMessageLength", maxLength,
                "--functions-uri", endpoint.ToString(), "--functions-worker-id", workerId, "--functions-request-id", requestId,
                "--functions-grpc-max-message-length", maxLength,
            ])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = app.Folder,
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        start.Environment["FUNCTIONS_WORKER_RUNTIME"] = "dotnet-isolated";
        start.Environment["FUNCTIONS_APPLICATION_DIRECTORY"] = app.Folder;
        Process process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        process.StandardInput.Close();
        return new WorkerProcess(process);
    }

    /// <summary>From now on passes lines on as they are written; those kept are not.</summary>
    public void PassLinesTo(Action<string> written) => _written = written;

    /// <summary>Waits for the process's end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken = default)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends the process, by force where it is still running.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        await _watchdog.DisposeAsync();
        await _output;
        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }

            _written?.Invoke(line);
        }
    }
}
