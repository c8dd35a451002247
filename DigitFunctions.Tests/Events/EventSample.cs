using System.Text;
using System.Text.Json;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Tests.Events;

/// <summary>One file of Data/events: an event as it comes through a function, and how it reads.</summary>
/// <remarks>
/// The body is <c>json</c> (sent compact), <c>text</c>, <c>base64</c> or <c>null</c>. <c>expect</c> has one object a notice; it states what it
/// cares for: <c>reason</c> and <c>remark</c> as a part of the text, all else whole. <c>status</c> is the HTTP function's answer where its pictures are there.
/// </remarks>
internal sealed record EventSample(string Name, EventMessage Message, JsonElement Expected, int? Status)
{
    public static KafkaOrigin Origin { get; } =
        new("numbers", 3, 41, "numbers/7.png"u8.ToArray(), new DateTimeOffset(2026, 3, 4, 5, 6, 8, 89, TimeSpan.Zero));

    public static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Data", "events");

    public static IEnumerable<string> Names => Directory.EnumerateFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)!;

    public static EventSample Load(string name)
    {
        JsonElement file = JsonElement.Parse(File.ReadAllBytes(Path.Combine(Folder, name + ".json")));
        EventHeader[] headers =
        [
            .. file.GetProperty("headers").EnumerateArray().Select(header => Header(header[0].GetString()!, header[1].GetString())),
        ];
        EventMessage message = new(Body(file), headers) { Origin = file.GetProperty("door").GetString() == "kafka" ? Origin : null };
        int? status = file.TryGetProperty("status", out JsonElement stated) ? stated.GetInt32() : null;
        return new EventSample(name, message, file.GetProperty("expect"), status);
    }

    public static EventHeader Header(string name, string? value) =>
        new(name, value is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(value));

    private static ReadOnlyMemory<byte>? Body(JsonElement file) =>
        file.TryGetProperty("json", out JsonElement json) ? JsonSerializer.SerializeToUtf8Bytes(json)
        : file.TryGetProperty("text", out JsonElement text) ? Encoding.UTF8.GetBytes(text.GetString()!)
        : file.TryGetProperty("base64", out JsonElement base64) ? base64.GetBytesFromBase64()
        : default(ReadOnlyMemory<byte>?);
}
