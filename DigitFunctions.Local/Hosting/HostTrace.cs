using System.Diagnostics;
using DigitFunctions.Local.Hosting.Rpc;

namespace DigitFunctions.Local.Hosting;

/// <summary>The W3C trace that an invocation belongs to: the host's span of it, which the worker's spans continue.</summary>
internal static class HostTrace
{
    /// <summary>A caller's trace; <see langword="null"/> where <paramref name="traceParent"/> is null or not valid.</summary>
    public static RpcTraceContext? Read(string? traceParent, string? traceState) =>
        ActivityContext.TryParse(traceParent, traceState, out _) ? new() { TraceParent = traceParent, TraceState = traceState ?? "" } : null;

    /// <summary>Begins the span of an invocation, in its caller's trace where it has one.</summary>
    /// <returns><see langword="null"/> where nobody listens.</returns>
    public static Activity? Begin(ActivitySource source, HostedFunction function, RpcTraceContext? caller)
    {
        ActivityContext parent = ActivityContext.TryParse(caller?.TraceParent, caller?.TraceState, isRemote: true, out ActivityContext context) ? context : default;
        return source.StartActivity($"function {function.Name}", function.IsKafka ? ActivityKind.Consumer : ActivityKind.Server, parent)?
            .SetTag("faas.invoked_name", function.Name).SetTag("faas.trigger", function.IsKafka ? "pubsub" : "http");
    }

    /// <summary>What the worker is told: the host's span, else the caller's trace, else a trace of its own, not sampled.</summary>
    public static RpcTraceContext ContextFor(Activity? span, RpcTraceContext? caller) =>
        span is { Id: { } id }
            ? new() { TraceParent = id, TraceState = span.TraceStateString ?? "" }
            : caller ?? new() { TraceParent = $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00" };
}
