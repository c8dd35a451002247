namespace Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

/// <summary>What the worker tells the host about one function.</summary>
public interface IFunctionMetadata
{
    string? FunctionId { get; }

    bool IsProxy { get; }

    string? Language { get; }

    bool ManagedDependencyEnabled { get; }

    string? Name { get; }

    string? EntryPoint { get; }

    /// <summary>The function's bindings, each as JSON: <c>{"name":"records","type":"kafkaTrigger","direction":"In",…}</c>.</summary>
    IList<string>? RawBindings { get; }

    string? ScriptFile { get; }

    IRetryOptions? Retry { get; }
}

/// <summary>Changes what the worker tells the host; the worker takes all that are registered as services.</summary>
public interface IFunctionMetadataTransformer
{
    string Name { get; }

    /// <param name="original">May be changed.</param>
    void Transform(IList<IFunctionMetadata> original);
}

/// <summary>What generated code makes of a function's attributes.</summary>
public class DefaultFunctionMetadata : IFunctionMetadata
{
    /// <summary>Null: the package derives an id from the other properties, which nothing here reads.</summary>
    public string? FunctionId => null;

    public bool IsProxy { get; set; }

    public string? Language { get; set; }

    public bool ManagedDependencyEnabled { get; set; }

    public string? Name { get; set; }

    public string? EntryPoint { get; set; }

    public IList<string>? RawBindings { get; set; }

    public string? ScriptFile { get; set; }

    public IRetryOptions? Retry { get; set; }
}

public interface IRetryOptions
{
    int MaxRetryCount { get; }

    TimeSpan? DelayInterval { get; }

    TimeSpan? MinimumInterval { get; }

    TimeSpan? MaximumInterval { get; }

    RetryStrategy? Strategy { get; }
}

public enum RetryStrategy
{
    ExponentialBackoff,
    FixedDelay,
}
