using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace DigitFunctions.Core.Events;

/// <summary>Says where and how a text is no JSON.</summary>
/// <remarks>Not in the words of the exception: they can repeat the whole text.</remarks>
internal static class JsonFault
{
    // Bytes of the text that a message shows.
    private const int Shown = 24;

    /// <summary>Describes the fault in a sentence.</summary>
    /// <param name="fault">What the reader threw.</param>
    /// <param name="reader">The reader as it stood then.</param>
    /// <param name="text">The text that it read.</param>
    /// <param name="name">What the text is, as the sentence begins.</param>
    public static string Describe(JsonException fault, Utf8JsonReader reader, ReadOnlySpan<byte> text, string name)
    {
        if (!Utf8.IsValid(text))
        {
            return $"{name} is not JSON in UTF-8.";
        }

        bool opens = text[(int)reader.BytesConsumed..].TrimStart(" \t\r\n,:"u8) is [(byte)'{' or (byte)'[', ..];
        if (opens && reader.CurrentDepth >= EventLimits.MaxJsonDepth - 1)
        {
            return $"{name} has more than {EventLimits.MaxJsonDepth} levels of objects and arrays.";
        }

        int start = 0;
        for (long lines = fault.LineNumber ?? 0; lines > 0 && start < text.Length; start++)
        {
            lines -= text[start] == (byte)'\n' ? 1 : 0;
        }

        ReadOnlySpan<byte> line = text[start..];
        int position = (int)Math.Min(fault.BytePositionInLine ?? 0, line.Length);
        string place = $"line {fault.LineNumber + 1}, byte {position + 1}";
        return position == line.Length
            ? $"{name} is not JSON: it ends too early, at {place}."
            : $"{name} is not JSON: unexpected {Show(line[position..])} at {place}.";
    }

    private static string Show(ReadOnlySpan<byte> text) => JsonText.Quote(Encoding.UTF8.GetString(text[..Math.Min(Shown, text.Length)]));
}
