using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>8-bit red, green and blue with alpha.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Rgba32 : IPixel<Rgba32>
{
    /// <summary>The red.</summary>
    public byte R;

    /// <summary>The green.</summary>
    public byte G;

    /// <summary>The blue.</summary>
    public byte B;

    /// <summary>The alpha, 0 is transparent.</summary>
    public byte A;

    /// <summary>Makes a pixel of its components.</summary>
    public Rgba32(byte r, byte g, byte b, byte a)
    {
        R = r;
        G = g;
        B = b;
        A = a;
    }

    /// <summary>Makes an opaque pixel.</summary>
    public Rgba32(byte r, byte g, byte b)
        : this(r, g, b, byte.MaxValue)
    {
    }

    /// <summary>The colour without the alpha.</summary>
    public Rgb24 Rgb
    {
        readonly get => new(R, G, B);
        set
        {
            R = value.R;
            G = value.G;
            B = value.B;
        }
    }

    /// <summary>All components as one number.</summary>
    public uint PackedValue
    {
        readonly get => Unsafe.BitCast<Rgba32, uint>(this);
        set => this = Unsafe.BitCast<uint, Rgba32>(value);
    }

    /// <inheritdoc/>
    public void FromL8(L8 source) => this = new(source.PackedValue, source.PackedValue, source.PackedValue, byte.MaxValue);

    /// <inheritdoc/>
    public void FromL16(L16 source)
    {
        byte grey = Components.To8(source.PackedValue);
        this = new(grey, grey, grey, byte.MaxValue);
    }

    /// <inheritdoc/>
    public void FromLa16(La16 source) => this = new(source.L, source.L, source.L, source.A);

    /// <inheritdoc/>
    public void FromLa32(La32 source)
    {
        byte grey = Components.To8(source.L);
        this = new(grey, grey, grey, Components.To8(source.A));
    }

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) => this = new(source.R, source.G, source.B, byte.MaxValue);

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) => this = source;

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest) => dest = this;

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) =>
        this = new(Components.To8(source.R), Components.To8(source.G), Components.To8(source.B), byte.MaxValue);

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) =>
        this = new(Components.To8(source.R), Components.To8(source.G), Components.To8(source.B), Components.To8(source.A));

    /// <inheritdoc/>
    public readonly bool Equals(Rgba32 other) => PackedValue == other.PackedValue;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Rgba32 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    /// <inheritdoc/>
    public override readonly string ToString() => $"Rgba32({R}, {G}, {B}, {A})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(Rgba32 left, Rgba32 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(Rgba32 left, Rgba32 right) => !left.Equals(right);
}
