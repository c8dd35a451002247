using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

/// <summary>A colour outside any picture, held with 16 bits a component.</summary>
public readonly struct Color : IEquatable<Color>
{
    private readonly Rgba64 data;

    private Color(Rgba64 data) => this.data = data;

    /// <summary>Takes the colour of a pixel.</summary>
    public static Color FromPixel<TPixel>(TPixel pixel)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Rgba64 data = default;
        switch (pixel)
        {
            case Rgba64 rgba64:
                data = rgba64;
                break;
            case Rgb48 rgb48:
                data.FromRgb48(rgb48);
                break;
            case La32 la32:
                data.FromLa32(la32);
                break;
            case L16 l16:
                data.FromL16(l16);
                break;
            default:
                Rgba32 rgba32 = default;
                pixel.ToRgba32(ref rgba32);
                data.FromRgba32(rgba32);
                break;
        }

        return new Color(data);
    }

    /// <summary>Gives the colour as a pixel.</summary>
    public TPixel ToPixel<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        TPixel pixel = default;
        pixel.FromRgba64(data);
        return pixel;
    }

    /// <inheritdoc/>
    public bool Equals(Color other) => data == other.data;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Color other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => data.GetHashCode();

    /// <summary>The components as eight hexadecimal digits, RRGGBBAA.</summary>
    public override string ToString()
    {
        Rgba32 rgba = ToPixel<Rgba32>();
        return $"{rgba.R:X2}{rgba.G:X2}{rgba.B:X2}{rgba.A:X2}";
    }

    /// <summary>Whether both colours are the same.</summary>
    public static bool operator ==(Color left, Color right) => left.Equals(right);

    /// <summary>Whether the colours differ.</summary>
    public static bool operator !=(Color left, Color right) => !left.Equals(right);
}
