using System.Text.Json;
using DigitFunctions.Local.Hosting.Rpc;

namespace DigitFunctions.Local.Hosting;

/// <summary>A function as the worker tells of it: its name, its id, and its trigger's binding as the app's function metadata has it.</summary>
internal sealed class HostedFunction
{
    private const string KafkaType = "kafkaTrigger";
    private const string HttpType = "httpTrigger";

    private readonly JsonElement _trigger;

    private HostedFunction(RpcFunctionMetadata metadata, JsonElement trigger) => (Metadata, _trigger) = (metadata, trigger);

    /// <summary>The function's metadata, to be sent back when it is loaded.</summary>
    public RpcFunctionMetadata Metadata { get; }

    /// <summary>The name given in <c>[Function]</c>.</summary>
    public string Name => Metadata.Name;

    /// <summary>The id that invocations name.</summary>
    public string Id => Metadata.FunctionId;

    /// <summary>The parameter that takes the trigger's value.</summary>
    public string Parameter => Text("name") ?? "";

    /// <summary>Whether Kafka triggers it.</summary>
    public bool IsKafka => IsType(KafkaType);

    /// <summary>Whether HTTP triggers it.</summary>
    public bool IsHttp => IsType(HttpType);

    /// <summary>Whether the Kafka trigger hands over many records at once.</summary>
    public bool IsBatched => "Many".Equals(Text("cardinality"), StringComparison.OrdinalIgnoreCase);

    /// <summary>The HTTP route without the prefix.</summary>
    public string Route => (Text("route") ?? Name).Trim('/');

    /// <summary>The HTTP methods, in capitals; empty for all.</summary>
    public IReadOnlyList<string> Methods =>
        Find("methods") is { ValueKind: JsonValueKind.Array } methods ? [.. methods.EnumerateArray().Select(method => method.GetString()!.ToUpperInvariant())] : [];

    /// <summary>A property of the trigger as text; <see langword="null"/> where it is absent or empty.</summary>
    public string? Text(string property) => Find(property)?.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Reads what a worker tells of a function.</summary>
    /// <exception cref="InvalidOperationException">The local host cannot run it; the message says why.</exception>
    public static HostedFunction Read(RpcFunctionMetadata metadata)
    {
        JsonElement[] triggers = [.. metadata.RawBindings
            .Select(binding => JsonElement.Parse(binding))
            .Where(binding => binding.TryGetProperty("type", out JsonElement type) && type.GetString()!.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase))];
        if (triggers is not [{ } trigger])
        {
            throw new InvalidOperationException($"The function {metadata.Name} must have one trigger; it has {triggers.Length}.");
        }

        var function = new HostedFunction(metadata, trigger);
        if (!function.IsHttp && !function.IsKafka)
        {
            throw new InvalidOperationException($"The function {metadata.Name} has a {function.Text("type")}; the local host runs those with a {KafkaType} or {HttpType}.");
        }

        if (function.IsKafka && !metadata.RawBindings.Any(IsDeferred))
        {
            throw new InvalidOperationException(
                $"The function {metadata.Name} does not take KafkaRecord, or its Worker.Extensions.Kafka is older than 4.2.0: the local host sends records in no other form.");
        }

        return function;
    }

    private static bool IsDeferred(string binding) => binding.Contains("supportsDeferredBinding", StringComparison.OrdinalIgnoreCase);

    private bool IsType(string type) => type.Equals(Text("type"), StringComparison.OrdinalIgnoreCase);

    private JsonElement? Find(string property)
    {
        foreach (JsonProperty found in _trigger.EnumerateObject())
        {
            if (found.Name.Equals(property, StringComparison.OrdinalIgnoreCase))
            {
                return found.Value;
            }
        }

        return null;
    }
}
