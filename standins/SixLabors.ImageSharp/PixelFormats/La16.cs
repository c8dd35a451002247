using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>8-bit grey with alpha.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct La16 : IPixel<La16>
{
    /// <summary>The luminance.</summary>
    public byte L;

    /// <summary>The alpha, 0 is transparent.</summary>
    public byte A;

    /// <summary>Makes a pixel of its components.</summary>
    public La16(byte l, byte a)
    {
        L = l;
        A = a;
    }

    /// <summary>Both components as one number.</summary>
    public ushort PackedValue
    {
        readonly get => Unsafe.BitCast<La16, ushort>(this);
        set => this = Unsafe.BitCast<ushort, La16>(value);
    }

    /// <inheritdoc/>
    public void FromL8(L8 source) => this = new(source.PackedValue, byte.MaxValue);

    /// <inheritdoc/>
    public void FromL16(L16 source) => this = new(Components.To8(source.PackedValue), byte.MaxValue);

    /// <inheritdoc/>
    public void FromLa16(La16 source) => this = source;

    /// <inheritdoc/>
    public void FromLa32(La32 source) => this = new(Components.To8(source.L), Components.To8(source.A));

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) => this = new(Components.Luminance8(source.R, source.G, source.B), byte.MaxValue);

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) => this = new(Components.Luminance8(source.R, source.G, source.B), source.A);

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest) => dest = new(L, L, L, A);

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) => this = new(
        Components.Luminance8(
            Components.To8(source.R),
            Components.To8(source.G),
            Components.To8(source.B)),
        byte.MaxValue);

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) => this = new(
        Components.Luminance8(
            Components.To8(source.R),
            Components.To8(source.G),
            Components.To8(source.B)),
        Components.To8(source.A));

    /// <inheritdoc/>
    public readonly bool Equals(La16 other) => PackedValue == other.PackedValue;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is La16 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    /// <inheritdoc/>
    public override readonly string ToString() => $"La16({L}, {A})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(La16 left, La16 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(La16 left, La16 right) => !left.Equals(right);
}
