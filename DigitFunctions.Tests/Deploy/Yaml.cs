using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace DigitFunctions.Tests.Deploy;

/// <summary>YAML as JSON, by YAML's core schema: what stands plain may be a number or a truth value, what is quoted is text.</summary>
internal static class Yaml
{
    /// <summary>The documents of a text; empty ones are left out.</summary>
    /// <exception cref="YamlException">It is no YAML, or a key stands twice in one mapping.</exception>
    public static IReadOnlyList<JsonObject> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)).OfType<JsonObject>()];
    }

    /// <summary>What stands at a path such as <c>spec.template.spec.containers.0</c>; null where there is nothing.</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (string step in path.Split('.'))
        {
            node = node switch
            {
                JsonObject mapping => mapping[step],
                JsonArray list when int.TryParse(step, out int index) && index < list.Count => list[index],
                _ => null,
            };
        }

        return node;
    }

    /// <summary>The text at a path; null where there is none.</summary>
    public static string? Text(this JsonNode? node, string path) => node.At(path)?.ToString();

    /// <summary>The mappings in the list at a path; none where there is no list.</summary>
    public static IEnumerable<JsonObject> List(this JsonNode? node, string path) => (node.At(path) as JsonArray ?? []).OfType<JsonObject>();

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, ToJson(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Select(ToJson)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value!),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value!),
        _ => throw new InvalidOperationException($"YAML of the kind {node.NodeType} is not expected here."),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => JsonValue.Create(whole),
        _ when double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
