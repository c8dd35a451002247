using System.Text;
using System.Text.Unicode;

namespace DigitFunctions.Core.Events;

/// <summary>Undoes the encoding of CloudEvents attributes in HTTP headers (HTTP protocol binding 3.1.3.2).</summary>
internal static class AttributeEncoding
{
    /// <summary>The attribute's value; the text itself where its escapes are not valid.</summary>
    public static string Decode(string text)
    {
        string unquoted = Unquote(text);
        if (!unquoted.Contains('%', StringComparison.Ordinal))
        {
            return unquoted;
        }

        byte[] raw = Encoding.UTF8.GetBytes(unquoted);
        int length = PercentEncoding.Decode(raw, raw, plusIsSpace: false);
        return length >= 0 && Utf8.IsValid(raw.AsSpan(0, length)) ? Encoding.UTF8.GetString(raw, 0, length) : unquoted;
    }

    // RFC 7230, section 3.2.6: in a quoted string a backslash takes the next character as it is.
    private static string Unquote(string text)
    {
        if (text is not ['"', .. string inner, '"'])
        {
            return text;
        }

        if (!inner.Contains('\\', StringComparison.Ordinal))
        {
            return inner;
        }

        StringBuilder unquoted = new(inner.Length);
        for (int i = 0; i < inner.Length; i++)
        {
            if (inner[i] == '\\' && i + 1 < inner.Length)
            {
                i++;
            }

            unquoted.Append(inner[i]);
        }

        return unquoted.ToString();
    }
}
