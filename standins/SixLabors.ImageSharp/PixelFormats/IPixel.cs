namespace SixLabors.ImageSharp.PixelFormats;

/// <summary>A pixel type: the part of the package's interface that its PNG decoder needs.</summary>
public interface IPixel
{
    /// <summary>Sets the pixel from an 8-bit grey value.</summary>
    void FromL8(L8 source);

    /// <summary>Sets the pixel from a 16-bit grey value.</summary>
    void FromL16(L16 source);

    /// <summary>Sets the pixel from 8-bit grey with alpha.</summary>
    void FromLa16(La16 source);

    /// <summary>Sets the pixel from 16-bit grey with alpha.</summary>
    void FromLa32(La32 source);

    /// <summary>Sets the pixel from 8-bit colour.</summary>
    void FromRgb24(Rgb24 source);

    /// <summary>Sets the pixel from 8-bit colour with alpha.</summary>
    void FromRgba32(Rgba32 source);

    /// <summary>Writes the pixel as 8-bit colour with alpha.</summary>
    void ToRgba32(ref Rgba32 dest);

    /// <summary>Sets the pixel from 16-bit colour.</summary>
    void FromRgb48(Rgb48 source);

    /// <summary>Sets the pixel from 16-bit colour with alpha.</summary>
    void FromRgba64(Rgba64 source);
}

/// <summary>A pixel type that can be the element of an <see cref="Image{TPixel}"/>.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IPixel<TSelf> : IPixel, IEquatable<TSelf>
    where TSelf : unmanaged, IPixel<TSelf>;
