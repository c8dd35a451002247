using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DigitFunctions.Local.Stack;

/// <summary>The Aspire dashboard, stand-alone and on loopback: takes traces, metrics and logs by OTLP, keeps them in memory and shows them in a browser.</summary>
public sealed partial class AspireDashboard : IAsyncDisposable
{
    /// <summary>The page's port unless told otherwise: Aspire's own.</summary>
    public const int DefaultPort = 18888;

    /// <summary>The option by which a person chooses the page's port, named where it is taken.</summary>
    public const string PortOption = "--dashboard-port";

    private const string Program = "Aspire.Dashboard";

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly Watchdog _watchdog;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _lines = [];
    private readonly Task _output;
    private Uri? _url;
    private Uri? _otlpUrl;

    private AspireDashboard(Process process)
    {
        _process = process;
        _watchdog = Watchdog.Over(process);
        _output = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>The page's address.</summary>
    public Uri Url => _url!;

    /// <summary>Where OTLP is taken, by gRPC.</summary>
    public Uri OtlpUrl => _otlpUrl!;

    /// <summary>What makes OpenTelemetry send there, soon rather than in large lots.</summary>
    public IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = OtlpUrl.ToString(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "grpc",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "1000",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "5000",
    };

    /// <summary>Starts the dashboard and waits until it listens.</summary>
    /// <param name="folder">The folder <c>tools</c> of the package Aspire.Dashboard.Sdk.linux-x64.</param>
    /// <param name="port">The page's port; 0 takes any free one.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    /// <exception cref="FileNotFoundException">There is no dashboard in the folder.</exception>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    /// <exception cref="IOException">It does not come up; the message has what it wrote.</exception>
    public static async Task<AspireDashboard> StartAsync(string folder, int port = DefaultPort, CancellationToken cancellationToken = default)
    {
        string program = Path.Combine(Path.GetFullPath(folder), Program);
        if (!File.Exists(program))
        {
            throw new FileNotFoundException($"There is no {Program} in {folder}: it must be the folder tools of the package Aspire.Dashboard.Sdk.linux-x64.", program);
        }

        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(program)! };
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
        start.Environment["DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"] = "http://127.0.0.1:0";
        // Nobody but this machine reaches it, so that it asks for no token.
        start.Environment["DOTNET_DASHBOARD_UNSECURED_ALLOW_ANONYMOUS"] = "true";
        var dashboard = new AspireDashboard(Process.Start(start) ?? throw new IOException($"{Program} did not start."));
        try
        {
            await Task.WhenAny(dashboard._ready.Task, dashboard._process.WaitForExitAsync(cancellationToken)).WaitAsync(StartPatience, cancellationToken).ConfigureAwait(false);
            if (dashboard._ready.Task.IsCompletedSuccessfully)
            {
                return dashboard;
            }

            await dashboard._output.WaitAsync(StartPatience, cancellationToken).ConfigureAwait(false);
            // Its other port is any free one.
            throw dashboard.Output.Contains("address already in use", StringComparison.OrdinalIgnoreCase)
                ? new PortTakenException(port, PortOption)
                : new IOException($"{Program} ended: {dashboard.Output}");
        }
        catch (TimeoutException)
        {
            string output = dashboard.Output;
            await dashboard.DisposeAsync().ConfigureAwait(false);
            throw new IOException($"{Program} did not listen within {StartPatience}: {output}");
        }
        catch
        {
            await dashboard.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the dashboard; what it holds is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        await _watchdog.DisposeAsync().ConfigureAwait(false);
        await _output.ConfigureAwait(false);
        _process.Dispose();
    }

    private string Output
    {
        get
        {
            lock (_lines)
            {
                return string.Join(Environment.NewLine, _lines);
            }
        }
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
                _lines.RemoveRange(0, Math.Max(0, _lines.Count - 100));
            }

            if (Listening().Match(line) is { Success: true } match)
            {
                var url = new Uri(match.Groups["url"].Value);
                (_url, _otlpUrl) = match.Groups["otlp"].Success ? (_url, url) : (url, _otlpUrl);
                if (_url is not null && _otlpUrl is not null)
                {
                    _ready.TrySetResult();
                }
            }
        }
    }

    [GeneratedRegex(@"(?:Now|(?<otlp>OTLP/gRPC)) listening on: (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
