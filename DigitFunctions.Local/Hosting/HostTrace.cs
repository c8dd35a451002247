using System.Diagnostics;
using DigitFunctions.Local.Hosting.Rpc;

namespace DigitFunctions.Local.Hosting;

/// <summary>The W3C trace that an invocation belongs to.</summary>
internal static class HostTrace
{
    /// <summary>A trace of its own, not sampled.</summary>
    public static RpcTraceContext New() => new() { TraceParent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00" };

    /// <summary>Continues a caller's trace; begins one where <paramref name="traceParent"/> is null or not valid.</summary>
    public static RpcTraceContext Continue(string? traceParent, string? traceState) =>
        ActivityContext.TryParse(traceParent, traceState, out _) ? new() { TraceParent = traceParent, TraceState = traceState ?? "" } : New();
}
