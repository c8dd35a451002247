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

    /// <summary>Managed memory allocated an upload.</summary>
    public required double AllocatedKb { get; init; }

    /// <summary>The same of the bare loop.</summary>
    public required double BareAllocatedKb { get; init; }

    public string Describe(int number) => string.Create(
        CultureInfo.InvariantCulture,
        $"round {number}: app {AppPerSecond,6:0.0}/s {AppCpuMs,5:0.00} ms CPU {AllocatedKb,5:0} kB | bare {BarePerSecond,6:0.0}/s {BareCpuMs,5:0.00} ms CPU {BareAllocatedKb,5:0} kB | ratio {AppPerSecond / BarePerSecond:0.00}{(PeerPerSecond is { } peer ? $" | peer {peer:0.0}/s" : "")}");
}
