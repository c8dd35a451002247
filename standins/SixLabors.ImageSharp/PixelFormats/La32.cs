using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>16-bit grey with alpha.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct La32 : IPixel<La32>
{
    /// <summary>The luminance.</summary>
    public ushort L;

    /// <summary>The alpha, 0 is transparent.</summary>
    public ushort A;

    /// <summary>Makes a pixel of its components.</summary>
    public La32(ushort l, ushort a)
    {
        L = l;
        A = a;
    }

    /// <summary>Both components as one number.</summary>
    public uint PackedValue
    {
        readonly get => Unsafe.BitCast<La32, uint>(this);
        set => this = Unsafe.BitCast<uint, La32>(value);
    }

    /// <inheritdoc/>
    public void FromL8(L8 source) => this = new(Components.To16(source.PackedValue), ushort.MaxValue);

    /// <inheritdoc/>
    public void FromL16(L16 source) => this = new(source.PackedValue, ushort.MaxValue);

    /// <inheritdoc/>
    public void FromLa16(La16 source) => this = new(Components.To16(source.L), Components.To16(source.A));

    /// <inheritdoc/>
    public void FromLa32(La32 source) => this = source;

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) => this = new(
        Components.Luminance16(
            Components.To16(source.R),
            Components.To16(source.G),
            Components.To16(source.B)),
        ushort.MaxValue);

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) => this = new(
        Components.Luminance16(
            Components.To16(source.R),
            Components.To16(source.G),
            Components.To16(source.B)),
        Components.To16(source.A));

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest)
    {
        byte grey = Components.To8(L);
        dest = new(grey, grey, grey, Components.To8(A));
    }

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) => this = new(Components.Luminance16(source.R, source.G, source.B), ushort.MaxValue);

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) => this = new(Components.Luminance16(source.R, source.G, source.B), source.A);

    /// <inheritdoc/>
    public readonly bool Equals(La32 other) => PackedValue == other.PackedValue;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is La32 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    /// <inheritdoc/>
    public override readonly string ToString() => $"La32({L}, {A})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(La32 left, La32 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(La32 left, La32 right) => !left.Equals(right);
}
