using System.Diagnostics;
using System.Globalization;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Faults;

/// <summary>The command <c>digits host</c> or <c>digits stack</c> as a process of its own, which can be killed.</summary>
internal sealed class RunningDigits : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Dictionary<string, string> _endpoints = [];

    private bool _isDisposed;

    private RunningDigits(Process process)
    {
        _process = process;
        // Ctrl-C, or the end of a test run, leaves nothing behind.
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    /// <summary>What it printed: address by name, such as <c>http</c> or <c>kafka</c>.</summary>
    public IReadOnlyDictionary<string, string> Endpoints => _endpoints;

    /// <summary>The processor time that it has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts <c>digits host</c> on a free port and waits until it reads from Kafka.</summary>
    /// <param name="log">The file that its log is added to.</param>
    /// <param name="settings">Settings as environment variables.</param>
    /// <param name="cancellationToken">Stops the start, and the process with it.</param>
    public static Task<RunningDigits> HostAsync(string log, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken = default) =>
        StartAsync(["host", "--http-port", "0"], ["http"], log, settings, cancellationToken);

    /// <summary>Starts <c>digits stack</c> and waits until it serves.</summary>
    /// <param name="log">The file that its log is added to.</param>
    /// <param name="predictorPort">The predictor's port; 0 takes a free one, as S3 and Kafka do.</param>
    /// <param name="cancellationToken">Stops the start, and the process with it.</param>
    public static Task<RunningDigits> StackAsync(string log, int predictorPort = 0, CancellationToken cancellationToken = default) => StartAsync(
        ["stack", "--s3-port", "0", "--kafka-port", "0", "--predictor-port", predictorPort.ToString(CultureInfo.InvariantCulture)],
        ["s3", "kafka", "predictor"],
        log,
        new Dictionary<string, string>(),
        cancellationToken);

    /// <summary>Kills it at once, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>The process ids of its functions workers, whether it still runs or not.</summary>
    public IReadOnlyList<int> Workers() => [.. WorkerIds(_process.Id)];

    /// <summary>Kills the worker of <c>digits host</c> alone; the host goes on. One that is just starting anew is waited for.</summary>
    /// <exception cref="TimeoutException">There was none for a minute.</exception>
    public async Task KillWorkerAsync()
    {
        int worker = 0;
        await Eventually.TrueAsync("worker process", () => Task.FromResult((worker = Workers() is [var first, ..] ? first : 0) != 0));
        using Process process = Process.GetProcessById(worker);
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop, as an orchestrator does (SIGTERM), and waits until it has.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="OperationCanceledException">It did not stop within a minute.</exception>
    public async Task<int> StopAsync()
    {
        using (Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        using var patience = new CancellationTokenSource(StopPatience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        if (!_process.HasExited)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private static IEnumerable<int> WorkerIds(int host)
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            string status, arguments;
            try
            {
                (status, arguments) = (File.ReadAllText(Path.Combine(folder, "stat")), File.ReadAllText(Path.Combine(folder, "cmdline")));
            }
            catch (IOException)
            {
                // It has just ended.
                continue;
            }

            // The name in parentheses may hold anything; behind it stand the state and the parent's id.
            string parent = status[(status.LastIndexOf(')') + 2)..].Split(' ')[1];
            if (parent == host.ToString(CultureInfo.InvariantCulture) && arguments.Contains("DigitFunctions.dll", StringComparison.Ordinal))
            {
                yield return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            }
        }
    }

    private void KillAtExit(object? sender, EventArgs e) => _process.Kill();

    private static async Task<RunningDigits> StartAsync(
        string[] arguments, string[] endpoints, string log, IReadOnlyDictionary<string, string> settings, CancellationToken cancellationToken)
    {
        // The shell only opens the log and becomes the process itself. So the log needs no reader here.
        var start = new ProcessStartInfo("bash",
            ["-c", "exec \"${@:2}\" 2>>\"$1\"", "digits", log, "dotnet", Path.Combine(AppContext.BaseDirectory, "digits.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            // No local.settings.json lies there.
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        var digits = new RunningDigits(Process.Start(start) ?? throw new InvalidOperationException("bash did not start."));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartPatience);
        try
        {
            while (!endpoints.All(digits._endpoints.ContainsKey))
            {
                string line = await digits._process.StandardOutput.ReadLineAsync(patience.Token)
                    ?? throw new InvalidOperationException($"digits {arguments[0]} ended: {string.Join('\n', (await File.ReadAllLinesAsync(log, patience.Token)).TakeLast(5))}");
                string[] words = line.Split(' ', 2);
                digits._endpoints[words[0]] = words[^1];
            }

            return digits;
        }
        catch
        {
            await digits.DisposeAsync();
            throw;
        }
    }
}
