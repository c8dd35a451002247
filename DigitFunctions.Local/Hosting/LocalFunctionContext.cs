using System.Collections;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Local.Hosting;

/// <summary>An invocation as the function sees it.</summary>
internal sealed class LocalFunctionContext(
    FunctionMethod function,
    LocalTraceContext trace,
    IReadOnlyDictionary<string, object?> bindingData,
    IServiceProvider services,
    CancellationToken cancellationToken) : FunctionContext
{
    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => FunctionDefinition.Id;

    public override TraceContext TraceContext => trace;

    public override BindingContext BindingContext { get; } = new LocalBindingContext(bindingData);

    public override RetryContext RetryContext { get; } = new LocalRetryContext();

    public override IServiceProvider InstanceServices { get; set; } = services;

    public override FunctionDefinition FunctionDefinition { get; } = new LocalFunctionDefinition(function);

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new LocalInvocationFeatures();

    public override CancellationToken CancellationToken => cancellationToken;

    private sealed class LocalBindingContext(IReadOnlyDictionary<string, object?> data) : BindingContext
    {
        public override IReadOnlyDictionary<string, object?> BindingData => data;
    }

    /// <summary>The Kafka extension does not tell a function about its in-place retries, so neither is told here.</summary>
    private sealed class LocalRetryContext : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }

    private sealed class LocalInvocationFeatures : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance)
        {
            ArgumentNullException.ThrowIfNull(instance);
            _features[typeof(T)] = instance;
        }

        public T? Get<T>() => _features.TryGetValue(typeof(T), out object? feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}

/// <summary>The W3C trace that an invocation belongs to.</summary>
internal sealed class LocalTraceContext : TraceContext
{
    /// <summary>Continues a trace; starts one where <paramref name="traceParent"/> is null or not valid.</summary>
    public LocalTraceContext(string? traceParent = null, string? traceState = null)
    {
        bool valid = ActivityContext.TryParse(traceParent, traceState, out _);
        TraceParent = valid ? traceParent! : $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-00";
        TraceState = valid ? traceState ?? "" : "";
    }

    public override string TraceParent { get; }

    public override string TraceState { get; }
}
