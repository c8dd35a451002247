using System.Globalization;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>The figures of one round, in which each side took its turn.</summary>
internal sealed record EndToEndRound
{
    public required double AppPerSecond { get; init; }

    public required double BarePerSecond { get; init; }

    /// <summary>KServe's sample; <see langword="null"/> where it was not measured.</summary>
    public double? PeerPerSecond { get; init; }

    /// <summary>CPU time an upload.</summary>
    public required double AppCpuMs { get; init; }

    /// <summary>CPU time a move.</summary>
    public required double BareCpuMs { get; init; }

    /// <summary>The local host's part of <see cref="AppCpuMs"/>; the rest is the worker's.</summary>
    public required double HostCpuMs { get; init; }

    public string Describe(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"round {number}: app {AppPerSecond,6:0.0}/s {AppCpuMs,5:0.00} ms CPU ({HostCpuMs:0.00} host, {AppCpuMs - HostCpuMs:0.00} worker) | bare {BarePerSecond,6:0.0}/s {BareCpuMs,5:0.00} ms CPU | ratio {AppPerSecond / BarePerSecond:0.00}{(PeerPerSecond is { } peer ? $" | peer {peer:0.0}/s" : "")}");
}
