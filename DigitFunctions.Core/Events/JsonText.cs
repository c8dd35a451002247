using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace DigitFunctions.Core.Events;

/// <summary>Takes text out of JSON strings without exceptions, however broken the text.</summary>
internal static class JsonText
{
    /// <summary>Resolves the escapes of a JSON string that a reader has already found well formed (RFC 8259, section 7).</summary>
    /// <param name="raw">The string without its quotes.</param>
    /// <param name="destination">At least as long as <paramref name="raw"/>.</param>
    /// <returns>Bytes written, or -1 where a <c>\u</c> escape is half of a surrogate pair.</returns>
    public static int Unescape(ReadOnlySpan<byte> raw, Span<byte> destination)
    {
        int written = 0;
        while (!raw.IsEmpty)
        {
            int plain = raw.IndexOf((byte)'\\');
            plain = plain < 0 ? raw.Length : plain;
            raw[..plain].CopyTo(destination[written..]);
            written += plain;
            raw = raw[plain..];
            if (raw.IsEmpty)
            {
                break;
            }

            if (raw[1] != (byte)'u')
            {
                destination[written++] = raw[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    byte itself => itself,
                };
                raw = raw[2..];
                continue;
            }

            char first = CodeUnit(raw);
            raw = raw[6..];
            Rune rune;
            if (!char.IsSurrogate(first))
            {
                rune = new Rune(first);
            }
            else if (raw.Length >= 6 && raw[0] == (byte)'\\' && raw[1] == (byte)'u' && Rune.TryCreate(first, CodeUnit(raw), out rune))
            {
                raw = raw[6..];
            }
            else
            {
                return -1;
            }

            written += rune.EncodeToUtf8(destination[written..]);
        }

        return written;
    }

    /// <summary>The string that a value holds.</summary>
    /// <returns>False where it is no Unicode text: a broken surrogate pair or bytes that are not UTF-8.</returns>
    public static bool TryGetString(ReadOnlySpan<byte> text, JsonValue value, [NotNullWhen(true)] out string? result)
    {
        result = null;
        ReadOnlySpan<byte> raw = value.In(text);
        if (!value.IsEscaped)
        {
            result = Utf8.IsValid(raw) ? Encoding.UTF8.GetString(raw) : null;
            return result is not null;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(raw.Length);
        int length = Unescape(raw, rented);
        if (length >= 0 && Utf8.IsValid(rented.AsSpan(0, length)))
        {
            result = Encoding.UTF8.GetString(rented, 0, length);
        }

        ArrayPool<byte>.Shared.Return(rented);
        return result is not null;
    }

    /// <summary>The bytes that a string value stands for in UTF-8, or <see langword="null"/> where it holds half a surrogate pair.</summary>
    public static byte[]? GetBytes(ReadOnlySpan<byte> text, JsonValue value)
    {
        byte[] bytes = value.In(text).ToArray();
        if (!value.IsEscaped)
        {
            return bytes;
        }

        int length = Unescape(value.In(text), bytes);
        return length < 0 ? null : bytes[..length];
    }

    /// <summary>The bytes that a string value holds as base64, or <see langword="null"/> where it is no base64 (RFC 4648, section 4).</summary>
    public static byte[]? GetBase64(ReadOnlySpan<byte> text, JsonValue value)
    {
        byte[]? bytes = value.IsString ? GetBytes(text, value) : null;
        if (bytes is null || Base64.DecodeFromUtf8InPlace(bytes, out int length) != OperationStatus.Done)
        {
            return null;
        }

        return bytes[..length];
    }

    /// <summary>A piece of foreign text as a message may show it: short, in quotes, without control characters.</summary>
    public static string Quote(string text)
    {
        const int Longest = 60;
        StringBuilder quoted = new("'");
        foreach (Rune rune in text.AsSpan(0, Math.Min(text.Length, Longest)).EnumerateRunes())
        {
            quoted.Append(Rune.IsControl(rune) ? Rune.ReplacementChar : rune);
        }

        return quoted.Append(text.Length > Longest ? "…'" : "'").ToString();
    }

    private static char CodeUnit(ReadOnlySpan<byte> escape) =>
        (char)ushort.Parse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
