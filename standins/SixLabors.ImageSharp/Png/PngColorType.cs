namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>What the samples of a pixel are.</summary>
public enum PngColorType : byte
{
    /// <summary>Grey.</summary>
    Grayscale = 0,

    /// <summary>Red, green, blue.</summary>
    Rgb = 2,

    /// <summary>An index into the palette.</summary>
    Palette = 3,

    /// <summary>Grey and alpha.</summary>
    GrayscaleWithAlpha = 4,

    /// <summary>Red, green, blue, alpha.</summary>
    RgbWithAlpha = 6,
}
