namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>The arithmetic between component depths and from colour to grey (the package's ColorNumerics).</summary>
internal static class Components
{
    /// <summary>round(v / 257), exact for every 16-bit value.</summary>
    public static byte To8(ushort value) => (byte)(((value * 255) + 32895) >> 16);

    public static ushort To16(byte value) => (ushort)(value * 257);

    /// <summary>ITU-R BT.709 luminance, in single precision, rounded half up.</summary>
    public static byte Luminance8(byte r, byte g, byte b) => (byte)((r * .2126F) + (g * .7152F) + (b * .0722F) + 0.5F);

    /// <inheritdoc cref="Luminance8"/>
    public static ushort Luminance16(ushort r, ushort g, ushort b) => (ushort)((r * .2126F) + (g * .7152F) + (b * .0722F) + 0.5F);
}
