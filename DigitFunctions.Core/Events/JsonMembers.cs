using System.Text.Json;

namespace DigitFunctions.Core.Events;

/// <summary>Finds the few members of a JSON object that are known, and passes over all others.</summary>
/// <remarks>Names are compared exactly. Of members of one name the last counts, as in System.Text.Json.</remarks>
internal static class JsonMembers
{
    /// <summary>How every JSON text of an event is read: strictly, and not too deep.</summary>
    public static readonly JsonReaderOptions Options = new() { MaxDepth = EventLimits.MaxJsonDepth };

    // No known name is longer, and an escape takes six bytes for one.
    private const int MaxNameBytes = 32;

    /// <summary>Reads the members of an object that stands in a text already read once.</summary>
    public static void Read(ReadOnlySpan<byte> text, JsonValue container, byte[][] names, scoped Span<JsonValue> found)
    {
        found.Clear();
        if (container.Type != JsonTokenType.StartObject)
        {
            return;
        }

        Utf8JsonReader reader = new(container.In(text), Options);
        reader.Read();
        Read(ref reader, container.Start, names, found);
    }

    /// <summary>Reads the object that a reader stands on and leaves the reader at its end.</summary>
    /// <param name="reader">The reader, at the object's start.</param>
    /// <param name="offset">Where the reader's text starts in the whole text.</param>
    /// <param name="names">The known names in UTF-8.</param>
    /// <param name="found">As long as <paramref name="names"/>; receives a value for each name.</param>
    /// <returns>The whole object.</returns>
    public static JsonValue Read(ref Utf8JsonReader reader, int offset, byte[][] names, scoped Span<JsonValue> found)
    {
        found.Clear();
        int start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            int slot = IndexOf(ref reader, names);
            reader.Read();
            if (slot < 0)
            {
                reader.Skip();
            }
            else
            {
                found[slot] = JsonValue.Take(ref reader, offset);
            }
        }

        return new JsonValue(JsonTokenType.StartObject, offset + start, (int)reader.BytesConsumed - start);
    }

    private static int IndexOf(ref Utf8JsonReader reader, byte[][] names)
    {
        ReadOnlySpan<byte> name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            Span<byte> unescaped = stackalloc byte[MaxNameBytes * 6];
            int length = name.Length <= unescaped.Length ? JsonText.Unescape(name, unescaped) : -1;
            return length < 0 ? -1 : IndexOf(unescaped[..length], names);
        }

        return IndexOf(name, names);
    }

    private static int IndexOf(ReadOnlySpan<byte> name, byte[][] names)
    {
        for (int i = 0; i < names.Length; i++)
        {
            if (name.SequenceEqual(names[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
