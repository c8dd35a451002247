using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>8-bit red, green and blue.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Rgb24 : IPixel<Rgb24>
{
    /// <summary>The red.</summary>
    public byte R;

    /// <summary>The green.</summary>
    public byte G;

    /// <summary>The blue.</summary>
    public byte B;

    /// <summary>Makes a pixel of its components.</summary>
    public Rgb24(byte r, byte g, byte b)
    {
        R = r;
        G = g;
        B = b;
    }

    /// <inheritdoc/>
    public void FromL8(L8 source) => this = new(source.PackedValue, source.PackedValue, source.PackedValue);

    /// <inheritdoc/>
    public void FromL16(L16 source)
    {
        byte grey = Components.To8(source.PackedValue);
        this = new(grey, grey, grey);
    }

    /// <inheritdoc/>
    public void FromLa16(La16 source) => this = new(source.L, source.L, source.L);

    /// <inheritdoc/>
    public void FromLa32(La32 source)
    {
        byte grey = Components.To8(source.L);
        this = new(grey, grey, grey);
    }

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) => this = source;

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) => this = new(source.R, source.G, source.B);

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest) => dest = new(R, G, B, byte.MaxValue);

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) => this = new(Components.To8(source.R), Components.To8(source.G), Components.To8(source.B));

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) => this = new(Components.To8(source.R), Components.To8(source.G), Components.To8(source.B));

    /// <inheritdoc/>
    public readonly bool Equals(Rgb24 other) => R == other.R && G == other.G && B == other.B;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Rgb24 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(R, G, B);

    /// <inheritdoc/>
    public override readonly string ToString() => $"Rgb24({R}, {G}, {B})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(Rgb24 left, Rgb24 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(Rgb24 left, Rgb24 right) => !left.Equals(right);
}
