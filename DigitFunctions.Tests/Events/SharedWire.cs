using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

/// <summary>The folder of samples beside the checkout, where there is one.</summary>
internal static class SharedWire
{
    public const string NoFolder = "There is no shared/wire beside the checkout.";

    public static string? Folder { get; } = Find();

    public static EventMessage Message(JsonElement file)
    {
        JsonElement body = file.TryGetProperty("value", out JsonElement value) ? value
            : file.TryGetProperty("body", out JsonElement text) ? text
            : file.GetProperty("body_json");
        JsonElement headers = file.GetProperty("headers");
        EventHeader[] read = headers.ValueKind == JsonValueKind.Array
            ? [.. headers.EnumerateArray().Select(header => EventSample.Header(header[0].GetString()!, header[1].GetString()))]
            : [.. headers.EnumerateObject().Select(header => EventSample.Header(header.Name, header.Value.GetString()))];
        return new EventMessage(Encoding.UTF8.GetBytes(body.ValueKind == JsonValueKind.String ? body.GetString()! : body.GetRawText()), read)
        {
            Origin = file.GetProperty("transport").GetString() == "kafka" ? Some.Origin : null,
        };
    }

    public static TheoryData<string> Files(Func<string, bool> isMeant) => Folder is null
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)!).Where(isMeant).Order(StringComparer.Ordinal)];

    public static JsonElement Read(string name) => JsonElement.Parse(File.ReadAllBytes(PathOf(name)));

    public static string PathOf(string name) => Path.Combine(Folder!, name + ".json");

    public static string? Text(JsonElement reading, string name) => reading.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static string? Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "wire");
            if (File.Exists(Path.Combine(candidate, "expected.json")))
            {
                return candidate;
            }
        }

        return null;
    }
}

internal sealed class SharedWireTheoryAttribute : TheoryAttribute
{
    public override string? Skip => SharedWire.Folder is null ? SharedWire.NoFolder : null;
}

internal sealed class SharedWireFactAttribute : FactAttribute
{
    public override string? Skip => SharedWire.Folder is null ? SharedWire.NoFolder : null;
}
