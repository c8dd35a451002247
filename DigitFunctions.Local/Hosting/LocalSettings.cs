using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace DigitFunctions.Local.Hosting;

/// <summary>local.settings.json: the settings of a functions app on a developer's machine.</summary>
internal static class LocalSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Reads <c>Values</c>, with the names as they stand there (<c>S3__Region</c>).</summary>
    /// <param name="path">The file; where there is none, there are no values.</param>
    /// <exception cref="InvalidDataException">The file is not what local.settings.json should be.</exception>
    public static IReadOnlyDictionary<string, string> Read(string path)
    {
        if (!File.Exists(path))
        {
            return new Dictionary<string, string>();
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            return Values(document.RootElement, path);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not JSON: {e.Message}", e);
        }
    }

    /// <summary>Adds <c>Values</c> with <c>__</c> as <c>:</c>. What is added after it wins, so environment variables belong after it.</summary>
    /// <exception cref="InvalidDataException">The file is not what local.settings.json should be.</exception>
    public static IConfigurationBuilder AddLocalSettings(this IConfigurationBuilder builder, string path) =>
        builder.AddInMemoryCollection(Read(path).Select(value => KeyValuePair.Create(value.Key.Replace("__", ":", StringComparison.Ordinal), (string?)value.Value)));

    private static Dictionary<string, string> Values(JsonElement root, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{path} must be a JSON object with \"Values\".");
        }

        if (root.TryGetProperty("IsEncrypted", out JsonElement encrypted) && encrypted.ValueKind == JsonValueKind.True)
        {
            throw new InvalidDataException($"{path} is encrypted. Decrypt it with: func settings decrypt");
        }

        Dictionary<string, string> values = [];
        if (!root.TryGetProperty("Values", out JsonElement section))
        {
            return values;
        }

        if (section.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{path}: \"Values\" must be an object of strings.");
        }

        foreach (JsonProperty value in section.EnumerateObject())
        {
            values[value.Name] = value.Value.ValueKind switch
            {
                JsonValueKind.String => value.Value.GetString()!,
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.Value.GetRawText(),
                _ => throw new InvalidDataException($"{path}: \"Values\" must hold strings, and {value.Name} is none. Nested settings are written with __, as in S3__Region."),
            };
        }

        return values;
    }
}
