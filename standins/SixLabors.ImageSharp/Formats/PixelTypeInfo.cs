namespace SixLabors.ImageSharp.Formats;

/// <summary>How pixels are stored.</summary>
public class PixelTypeInfo
{
    /// <summary>Makes the description.</summary>
    public PixelTypeInfo(int bitsPerPixel) => BitsPerPixel = bitsPerPixel;

    /// <summary>Bits a pixel, all components together.</summary>
    public int BitsPerPixel { get; }
}
