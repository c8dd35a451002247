namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>8-bit grey.</summary>
public struct L8 : IPixel<L8>
{
    /// <summary>Makes a pixel of its luminance.</summary>
    public L8(byte luminance) => PackedValue = luminance;

    /// <summary>The luminance.</summary>
    public byte PackedValue { get; set; }

    /// <inheritdoc/>
    public void FromL8(L8 source) => this = source;

    /// <inheritdoc/>
    public void FromL16(L16 source) => PackedValue = Components.To8(source.PackedValue);

    /// <inheritdoc/>
    public void FromLa16(La16 source) => PackedValue = source.L;

    /// <inheritdoc/>
    public void FromLa32(La32 source) => PackedValue = Components.To8(source.L);

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) => PackedValue = Components.Luminance8(source.R, source.G, source.B);

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) => PackedValue = Components.Luminance8(source.R, source.G, source.B);

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest) => dest = new(PackedValue, PackedValue, PackedValue, byte.MaxValue);

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) => PackedValue = Components.Luminance8(
        Components.To8(source.R),
        Components.To8(source.G),
        Components.To8(source.B));

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) => PackedValue = Components.Luminance8(
        Components.To8(source.R),
        Components.To8(source.G),
        Components.To8(source.B));

    /// <inheritdoc/>
    public readonly bool Equals(L8 other) => PackedValue == other.PackedValue;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is L8 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    /// <inheritdoc/>
    public override readonly string ToString() => $"L8({PackedValue})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(L8 left, L8 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(L8 left, L8 right) => !left.Equals(right);
}
