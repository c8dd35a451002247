using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>16-bit red, green and blue with alpha.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct Rgba64 : IPixel<Rgba64>
{
    /// <summary>The red.</summary>
    public ushort R;

    /// <summary>The green.</summary>
    public ushort G;

    /// <summary>The blue.</summary>
    public ushort B;

    /// <summary>The alpha, 0 is transparent.</summary>
    public ushort A;

    /// <summary>Makes a pixel of its components.</summary>
    public Rgba64(ushort r, ushort g, ushort b, ushort a)
    {
        R = r;
        G = g;
        B = b;
        A = a;
    }

    /// <summary>The colour without the alpha.</summary>
    public Rgb48 Rgb
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
    public ulong PackedValue
    {
        readonly get => Unsafe.BitCast<Rgba64, ulong>(this);
        set => this = Unsafe.BitCast<ulong, Rgba64>(value);
    }

    /// <inheritdoc/>
    public void FromL8(L8 source)
    {
        ushort grey = Components.To16(source.PackedValue);
        this = new(grey, grey, grey, ushort.MaxValue);
    }

    /// <inheritdoc/>
    public void FromL16(L16 source) => this = new(source.PackedValue, source.PackedValue, source.PackedValue, ushort.MaxValue);

    /// <inheritdoc/>
    public void FromLa16(La16 source)
    {
        ushort grey = Components.To16(source.L);
        this = new(grey, grey, grey, Components.To16(source.A));
    }

    /// <inheritdoc/>
    public void FromLa32(La32 source) => this = new(source.L, source.L, source.L, source.A);

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) =>
        this = new(Components.To16(source.R), Components.To16(source.G), Components.To16(source.B), ushort.MaxValue);

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) =>
        this = new(Components.To16(source.R), Components.To16(source.G), Components.To16(source.B), Components.To16(source.A));

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest) =>
        dest = new(Components.To8(R), Components.To8(G), Components.To8(B), Components.To8(A));

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) => this = new(source.R, source.G, source.B, ushort.MaxValue);

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) => this = source;

    /// <inheritdoc/>
    public readonly bool Equals(Rgba64 other) => PackedValue == other.PackedValue;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Rgba64 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    /// <inheritdoc/>
    public override readonly string ToString() => $"Rgba64({R}, {G}, {B}, {A})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(Rgba64 left, Rgba64 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(Rgba64 left, Rgba64 right) => !left.Equals(right);
}
