using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>Where a value stands in a JSON text: nothing is copied until it is needed.</summary>
/// <param name="Type"><see cref="JsonTokenType.None"/> where the member is absent.</param>
/// <param name="Start">The first byte in the text; for a string the one after its quote.</param>
/// <param name="Length">Bytes; for a string without its quotes.</param>
/// <param name="IsEscaped">Whether a string holds escapes.</param>
internal readonly record struct JsonValue(JsonTokenType Type, int Start, int Length, bool IsEscaped = false)
{
    /// <summary>Whether the member is there; JSON null counts as absent, as CloudEvents has it.</summary>
    public bool IsPresent => Type is not (JsonTokenType.None or JsonTokenType.Null);

    /// <summary>Whether the value is a string.</summary>
    public bool IsString => Type == JsonTokenType.String;

    /// <summary>The type as a message names it.</summary>
    public string Description => Type switch
    {
        JsonTokenType.None => "nothing",
        JsonTokenType.Null => "null",
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.StartArray => "an array",
        _ => "an object",
    };

    /// <summary>The value's bytes; for a string still with its escapes.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> text) => text.Slice(Start, Length);

    /// <summary>Takes the value that a reader stands on and leaves the reader at its end.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="offset">Where the reader's text starts in the whole text.</param>
    public static JsonValue Take(ref Utf8JsonReader reader, int offset)
    {
        JsonTokenType type = reader.TokenType;
        int start = (int)reader.TokenStartIndex;
        switch (type)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                reader.Skip();
                return new JsonValue(type, offset + start, (int)reader.BytesConsumed - start);
            case JsonTokenType.String:
                return new JsonValue(type, offset + start + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
            default:
                return new JsonValue(type, offset + start, reader.ValueSpan.Length);
        }
    }
}
