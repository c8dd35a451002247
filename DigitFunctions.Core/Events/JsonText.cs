using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
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
        for (int i = 0; i < raw.Length;)
        {
            if (raw[i] != (byte)'\\')
            {
                destination[written++] = raw[i++];
            }
            else if (raw[i + 1] != (byte)'u')
            {
                destination[written++] = Unescaped(raw[i + 1]);
                i += 2;
            }
            else
            {
                char unit = CodeUnit(raw[(i + 2)..]);
                i += 6;
                if (!Rune.TryCreate(unit, out Rune rune))
                {
                    ReadOnlySpan<byte> next = raw[i..];
                    if (next is not [(byte)'\\', (byte)'u', ..] || !Rune.TryCreate(unit, CodeUnit(next[2..]), out rune))
                    {
                        return -1;
                    }

                    i += 6;
                }

                written += rune.EncodeToUtf8(destination[written..]);
            }
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

    private static byte Unescaped(byte escape) => escape switch
    {
        (byte)'b' => (byte)'\b',
        (byte)'f' => (byte)'\f',
        (byte)'n' => (byte)'\n',
        (byte)'r' => (byte)'\r',
        (byte)'t' => (byte)'\t',
        _ => escape,
    };

    private static char CodeUnit(ReadOnlySpan<byte> digits) =>
        (char)((HexDigit(digits[0]) << 12) | (HexDigit(digits[1]) << 8) | (HexDigit(digits[2]) << 4) | HexDigit(digits[3]));

    /// <summary>The value of a hexadecimal digit that is known to be one.</summary>
    internal static int HexDigit(byte digit) => digit <= (byte)'9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
