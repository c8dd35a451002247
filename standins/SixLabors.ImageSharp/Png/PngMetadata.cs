namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>What a PNG's header, palette and transparency say.</summary>
public class PngMetadata
{
    /// <summary>Bits a sample, or a palette index.</summary>
    public PngBitDepth? BitDepth { get; set; }

    /// <summary>What the samples of a pixel are.</summary>
    public PngColorType? ColorType { get; set; }

    /// <summary>The order of the rows.</summary>
    public PngInterlaceMode? InterlaceMethod { get; set; } = PngInterlaceMode.None;

    /// <summary>The palette with its alpha; null where the file has none.</summary>
    public ReadOnlyMemory<Color>? ColorTable { get; set; }

    /// <summary>The grey or colour that is transparent, with the file's sample values as they stand (not scaled up from fewer than 8
    /// bits); null where there is none.</summary>
    public Color? TransparentColor { get; set; }
}
