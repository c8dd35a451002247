using System.Diagnostics;
using System.Globalization;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>A side of a comparison, in a process of its own, spoken to line by line.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    /// <summary>What a side says when it has asked to join its consumer group.</summary>
    public const string Joining = "joining";

    /// <summary>What a side says when it can begin; then the process id of its worker, where it has one.</summary>
    public const string Ready = "ready";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private readonly Process _process;
    private int? _worker;

    private ChildProcess(Process process) => _process = process;

    /// <summary>From the start of the process until it said <see cref="Joining"/>; zero where it did not.</summary>
    public TimeSpan JoiningAfter { get; private set; }

    /// <summary>From the start of the process until it said <c>ready</c>.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    /// <summary>Starts this program again, with another command.</summary>
    public static Task<ChildProcess> StartSelfAsync(IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        StartAsync("dotnet", [typeof(ChildProcess).Assembly.Location, .. arguments], settings);

    /// <summary>Starts a program and waits until it says <c>ready</c>.</summary>
    public static async Task<ChildProcess> StartAsync(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach ((string name, string value) in settings)
        {
            start.Environment[name] = value;
        }

        long begin = Stopwatch.GetTimestamp();
        var child = new ChildProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
        string? said = await child.ReadAsync();
        if (said == Joining)
        {
            child.JoiningAfter = Stopwatch.GetElapsedTime(begin);
            said = await child.ReadAsync();
        }

        child.ReadyAfter = Stopwatch.GetElapsedTime(begin);
        if (said?.Split(' ') is not [Ready, .. var rest])
        {
            throw new InvalidOperationException($"{program} said '{said}' where '{Ready}' was expected.");
        }

        child._worker = rest is [var id] ? int.Parse(id, CultureInfo.InvariantCulture) : null;
        return child;
    }

    /// <summary>Sends a line and reads the answer.</summary>
    public async Task<string> AskAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
        return await ReadAsync() ?? throw new InvalidOperationException("The process ended without an answer.");
    }

    /// <summary>The most memory that it and its worker have held, in bytes.</summary>
    public long PeakBytes => Sum(ProcessMemory.Peak);

    /// <summary>The memory that it and its worker hold, in bytes.</summary>
    public long HeldBytes => Sum(ProcessMemory.Held);

    /// <summary>Ends it by closing its input.</summary>
    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
            }
        }
    }

    private long Sum(Func<int, long> read) => read(_process.Id) + (_worker is { } worker ? read(worker) : 0);

    private Task<string?> ReadAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
}
