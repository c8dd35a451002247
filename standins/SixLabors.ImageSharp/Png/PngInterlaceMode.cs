namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>The order of the rows.</summary>
public enum PngInterlaceMode : byte
{
    /// <summary>From top to bottom.</summary>
    None = 0,

    /// <summary>In seven passes, from coarse to fine.</summary>
    Adam7 = 1,
}
