using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;

namespace DigitFunctions.Local.Hosting;

/// <summary>
/// Kafka triggers as the host is told of them: a worker writes its attributes as JSON, lets the app's transformers change that, and sends it.
/// Here the same JSON goes through the same transformers and is read back.
/// </summary>
internal sealed class TriggerMetadata(IReadOnlyList<IFunctionMetadataTransformer> transformers)
{
    private static readonly PropertyInfo[] Properties =
        [.. typeof(KafkaTriggerAttribute).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)];

    /// <summary>The trigger of a function after all transformers.</summary>
    /// <exception cref="InvalidOperationException">A transformer left something that is no Kafka trigger.</exception>
    public KafkaTriggerAttribute Transform(FunctionMethod function)
    {
        List<IFunctionMetadata> metadata =
        [
            new DefaultFunctionMetadata
            {
                Language = "dotnet-isolated",
                Name = function.Name,
                EntryPoint = $"{function.Method.DeclaringType?.FullName}.{function.Method.Name}",
                ScriptFile = Path.GetFileName(function.Method.Module.FullyQualifiedName),
                RawBindings = new List<string> { Write(function) },
            },
        ];
        foreach (IFunctionMetadataTransformer transformer in transformers)
        {
            transformer.Transform(metadata);
        }

        return metadata is [{ RawBindings: [string binding] }] && JsonNode.Parse(binding) is JsonObject trigger
            ? Read(trigger, function)
            : throw new InvalidOperationException($"The function {function.Name} must have one binding after its metadata was transformed.");
    }

    private static string Write(FunctionMethod function)
    {
        JsonObject trigger = new() { ["name"] = function.Trigger.Name, ["type"] = "kafkaTrigger", ["direction"] = "In" };
        KafkaTriggerAttribute unset = new("", "");
        foreach (PropertyInfo property in Properties.Where(property => property.Name != nameof(KafkaTriggerAttribute.IsBatched)))
        {
            object? value = property.GetValue(function.Kafka);
            if (value is not null && !value.Equals(property.GetValue(unset)))
            {
                trigger[JsonNamingPolicy.CamelCase.ConvertName(property.Name)] = value is long number ? number : value.ToString();
            }
        }

        trigger["cardinality"] = function.Kafka!.IsBatched ? "Many" : "One";
        return trigger.ToJsonString();
    }

    private static KafkaTriggerAttribute Read(JsonObject trigger, FunctionMethod function)
    {
        Dictionary<string, JsonNode> values = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string name, JsonNode? value) in trigger)
        {
            if (value is not null)
            {
                values[name] = value;
            }
        }

        KafkaTriggerAttribute read = new(Text(nameof(read.BrokerList)), Text(nameof(read.Topic))) { IsBatched = function.Kafka!.IsBatched };
        foreach (PropertyInfo property in Properties.Where(property => property.SetMethod is { IsPublic: true } && values.ContainsKey(property.Name)))
        {
            property.SetValue(read, Convert(Text(property.Name), property.PropertyType, function, property.Name));
        }

        return read;

        string Text(string name) => values.TryGetValue(name, out JsonNode? value) ? value.ToString() : "";
    }

    private static object Convert(string text, Type type, FunctionMethod function, string property)
    {
        if (!type.IsEnum)
        {
            return System.Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }

        return Enum.TryParse(type, text, ignoreCase: true, out object? value)
            ? value
            : throw new InvalidOperationException($"{property} of the function {function.Name} must be one of {string.Join(", ", Enum.GetNames(type))}; it is '{text}'.");
    }
}
