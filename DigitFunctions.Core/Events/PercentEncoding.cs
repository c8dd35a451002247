namespace DigitFunctions.Core.Events;

/// <summary>Percent-decoding (RFC 3986, section 2.1), and form-decoding where a plus is a space.</summary>
internal static class PercentEncoding
{
    /// <summary>Decodes once.</summary>
    /// <param name="raw">The encoded bytes.</param>
    /// <param name="destination">At least as long; may be <paramref name="raw"/> itself.</param>
    /// <param name="plusIsSpace">Whether <c>+</c> stands for a space, as in forms.</param>
    /// <returns>Bytes written, or -1 where a <c>%</c> is not followed by two hexadecimal digits.</returns>
    public static int Decode(ReadOnlySpan<byte> raw, Span<byte> destination, bool plusIsSpace)
    {
        int written = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            byte value = raw[i];
            if (value == (byte)'%')
            {
                if (i + 2 >= raw.Length || !char.IsAsciiHexDigit((char)raw[i + 1]) || !char.IsAsciiHexDigit((char)raw[i + 2]))
                {
                    return -1;
                }

                value = (byte)((JsonText.HexDigit(raw[i + 1]) << 4) | JsonText.HexDigit(raw[i + 2]));
                i += 2;
            }
            else if (value == (byte)'+' && plusIsSpace)
            {
                value = (byte)' ';
            }

            destination[written++] = value;
        }

        return written;
    }
}
