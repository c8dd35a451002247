namespace DigitFunctions.Local.Hosting;

/// <summary>How the local host itself behaves; what the triggers do is host.json's to say.</summary>
internal sealed class FunctionsHostOptions
{
    /// <summary>The port of the HTTP functions on 127.0.0.1; 0 takes any free one.</summary>
    /// <value>The default is 7071, as with Core Tools.</value>
    public int HttpPort { get; init; } = 7071;

    /// <summary>Where <c>GET /</c> leads, where no function answers it.</summary>
    /// <value><see langword="null"/> by default: it says that the host is up.</value>
    public string? HomePath { get; init; }

    /// <summary>Longest request body in bytes; more is answered 413 before the function is called.</summary>
    /// <value>The default is 104857600, as in Azure.</value>
    public long MaxRequestBodyBytes { get; init; } = 104_857_600;

    /// <summary>How long running invocations may go on after a stop was asked for, before they are cut off.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an invocation that was cut off may take to end; after that it is left behind.</summary>
    /// <value>The default is 5 s.</value>
    public TimeSpan CutOffTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The wait before the first in-place retry of a failed batch; it doubles with every retry, with jitter.</summary>
    /// <value>The default is 200 ms.</value>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait before an in-place retry.</summary>
    /// <value>The default is 10 s.</value>
    public TimeSpan MaxRetryDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The wait before a worker that could not be started is tried again; it doubles with every try, up to 64 times this.</summary>
    /// <value>The default is 200 ms.</value>
    public TimeSpan WorkerRestartDelay { get; init; } = TimeSpan.FromMilliseconds(200);
}
