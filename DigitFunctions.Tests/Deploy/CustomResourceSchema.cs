using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DigitFunctions.Tests.Deploy;

/// <summary>
/// The schema of a custom resource (OpenAPI v3 as Kubernetes has it), read from its CustomResourceDefinition. As with <c>kubectl apply --validate=strict</c>,
/// a field that the schema does not know is a fault. Rules in CEL (<c>x-kubernetes-validations</c>) are not evaluated.
/// </summary>
internal sealed class CustomResourceSchema
{
    private readonly JsonObject _definition;

    public CustomResourceSchema(string text) => _definition = Yaml.Parse(text).Single();

    /// <summary>Whether it describes objects of a kind.</summary>
    public bool Describes(JsonObject resource) =>
        resource.Text("kind") == _definition.Text("spec.names.kind") && resource.Text("apiVersion")!.StartsWith(_definition.Text("spec.group") + "/", StringComparison.Ordinal);

    /// <summary>What is wrong with an object; nothing where it is right.</summary>
    public IReadOnlyList<string> FaultsOf(JsonObject resource)
    {
        string version = resource.Text("apiVersion")!.Split('/')[1];
        JsonObject? served = _definition.List("spec.versions").FirstOrDefault(candidate => candidate.Text("name") == version && candidate.Text("served") == "true");
        if (served is null)
        {
            return [$"apiVersion {version} is not served"];
        }

        List<string> faults = [];
        foreach (JsonObject schema in new[] { served.At("schema.openAPIV3Schema") }.OfType<JsonObject>())
        {
            foreach ((string name, JsonNode? value) in resource.Where(field => field.Key is not ("apiVersion" or "kind" or "metadata")))
            {
                Check(value, schema.At("properties") is JsonObject fields ? fields[name] as JsonObject : null, name, faults);
            }
        }

        return faults;
    }

    private static void Check(JsonNode? value, JsonObject? schema, string path, List<string> faults)
    {
        if (schema is null)
        {
            faults.Add($"{path} is not known");
            return;
        }

        if (!HasType(value, schema))
        {
            faults.Add($"{path} must be {(IsTrue(schema, "x-kubernetes-int-or-string") ? "integer or string" : schema.Text("type"))}, it is {value?.ToJsonString() ?? "null"}");
            return;
        }

        switch (value)
        {
            case JsonObject mapping:
                CheckMapping(mapping, schema, path, faults);
                break;
            case JsonArray list:
                AddIf(list.Count < Number(schema, "minItems"), $"{path} has too few items");
                for (int i = 0; i < list.Count; i++)
                {
                    Check(list[i], schema["items"] as JsonObject ?? [], $"{path}.{i}", faults);
                }

                break;
            default:
                string text = value?.ToString() ?? "";
                AddIf(schema["enum"] is JsonArray allowed && !allowed.Any(one => one?.ToString() == text), $"{path} must be one of {schema["enum"]?.ToJsonString()}, it is {text}");
                AddIf(schema.Text("pattern") is { } pattern && !Regex.IsMatch(text, pattern), $"{path} must be of the form {schema.Text("pattern")}, it is {text}");
                AddIf(text.Length < Number(schema, "minLength") || text.Length > Number(schema, "maxLength"), $"{path} is too short or too long");
                AddIf(
                    double.TryParse(text, CultureInfo.InvariantCulture, out double number) && (number < Number(schema, "minimum") || number > Number(schema, "maximum")),
                    $"{path} is out of range");
                break;
        }

        void AddIf(bool wrong, string fault)
        {
            if (wrong)
            {
                faults.Add(fault);
            }
        }
    }

    private static void CheckMapping(JsonObject mapping, JsonObject schema, string path, List<string> faults)
    {
        foreach (string needed in (schema["required"] as JsonArray ?? []).Select(name => name!.ToString()).Where(name => mapping[name] is null))
        {
            faults.Add($"{path}.{needed} is missing");
        }

        JsonObject? properties = schema["properties"] as JsonObject;
        foreach ((string name, JsonNode? value) in mapping)
        {
            JsonNode? field = properties?[name] ?? schema["additionalProperties"];
            if (field is null && (IsTrue(schema, "x-kubernetes-preserve-unknown-fields") || properties is null))
            {
                continue;
            }

            Check(value, field as JsonObject, $"{path}.{name}", faults);
        }
    }

    private static bool HasType(JsonNode? value, JsonObject schema)
    {
        if (IsTrue(schema, "x-kubernetes-int-or-string"))
        {
            return value is JsonValue either && (either.TryGetValue(out long _) || either.TryGetValue(out string? _));
        }

        return schema.Text("type") switch
        {
            "object" => value is JsonObject,
            "array" => value is JsonArray,
            "string" => value is JsonValue text && text.TryGetValue(out string? _),
            "boolean" => value is JsonValue truth && truth.TryGetValue(out bool _),
            "integer" => value is JsonValue whole && whole.TryGetValue(out long _),
            "number" => value is JsonValue number && (number.TryGetValue(out double _) || number.TryGetValue(out long _)),
            _ => true,
        };
    }

    private static bool IsTrue(JsonObject schema, string mark) => schema.Text(mark) == "true";

    private static double Number(JsonObject schema, string limit) =>
        schema.Text(limit) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : double.NaN;
}
