using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>16-bit red, green and blue.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Rgb48 : IPixel<Rgb48>
{
    /// <summary>The red.</summary>
    public ushort R;

    /// <summary>The green.</summary>
    public ushort G;

    /// <summary>The blue.</summary>
    public ushort B;

    /// <summary>Makes a pixel of its components.</summary>
    public Rgb48(ushort r, ushort g, ushort b)
    {
        R = r;
        G = g;
        B = b;
    }

    /// <inheritdoc/>
    public void FromL8(L8 source)
    {
        ushort grey = Components.To16(source.PackedValue);
        this = new(grey, grey, grey);
    }

    /// <inheritdoc/>
    public void FromL16(L16 source) => this = new(source.PackedValue, source.PackedValue, source.PackedValue);

    /// <inheritdoc/>
    public void FromLa16(La16 source)
    {
        ushort grey = Components.To16(source.L);
        this = new(grey, grey, grey);
    }

    /// <inheritdoc/>
    public void FromLa32(La32 source) => this = new(source.L, source.L, source.L);

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) => this = new(Components.To16(source.R), Components.To16(source.G), Components.To16(source.B));

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) => this = new(Components.To16(source.R), Components.To16(source.G), Components.To16(source.B));

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest) => dest = new(Components.To8(R), Components.To8(G), Components.To8(B), byte.MaxValue);

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) => this = source;

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) => this = new(source.R, source.G, source.B);

    /// <inheritdoc/>
    public readonly bool Equals(Rgb48 other) => R == other.R && G == other.G && B == other.B;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Rgb48 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(R, G, B);

    /// <inheritdoc/>
    public override readonly string ToString() => $"Rgb48({R}, {G}, {B})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(Rgb48 left, Rgb48 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(Rgb48 left, Rgb48 right) => !left.Equals(right);
}
