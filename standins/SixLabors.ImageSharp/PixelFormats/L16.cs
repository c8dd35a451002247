namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>16-bit grey.</summary>
public struct L16 : IPixel<L16>
{
    /// <summary>Makes a pixel of its luminance.</summary>
    public L16(ushort luminance) => PackedValue = luminance;

    /// <summary>The luminance.</summary>
    public ushort PackedValue { get; set; }

    /// <inheritdoc/>
    public void FromL8(L8 source) => PackedValue = Components.To16(source.PackedValue);

    /// <inheritdoc/>
    public void FromL16(L16 source) => this = source;

    /// <inheritdoc/>
    public void FromLa16(La16 source) => PackedValue = Components.To16(source.L);

    /// <inheritdoc/>
    public void FromLa32(La32 source) => PackedValue = source.L;

    /// <inheritdoc/>
    public void FromRgb24(Rgb24 source) => PackedValue = Components.Luminance16(
        Components.To16(source.R),
        Components.To16(source.G),
        Components.To16(source.B));

    /// <inheritdoc/>
    public void FromRgba32(Rgba32 source) => PackedValue = Components.Luminance16(
        Components.To16(source.R),
        Components.To16(source.G),
        Components.To16(source.B));

    /// <inheritdoc/>
    public readonly void ToRgba32(ref Rgba32 dest)
    {
        byte grey = Components.To8(PackedValue);
        dest = new(grey, grey, grey, byte.MaxValue);
    }

    /// <inheritdoc/>
    public void FromRgb48(Rgb48 source) => PackedValue = Components.Luminance16(source.R, source.G, source.B);

    /// <inheritdoc/>
    public void FromRgba64(Rgba64 source) => PackedValue = Components.Luminance16(source.R, source.G, source.B);

    /// <inheritdoc/>
    public readonly bool Equals(L16 other) => PackedValue == other.PackedValue;

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is L16 other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => PackedValue.GetHashCode();

    /// <inheritdoc/>
    public override readonly string ToString() => $"L16({PackedValue})";

    /// <summary>Whether both pixels have the same components.</summary>
    public static bool operator ==(L16 left, L16 right) => left.Equals(right);

    /// <summary>Whether the pixels differ in a component.</summary>
    public static bool operator !=(L16 left, L16 right) => !left.Equals(right);
}
