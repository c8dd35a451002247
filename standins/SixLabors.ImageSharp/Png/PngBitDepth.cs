namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Bits a sample, or a palette index.</summary>
public enum PngBitDepth : byte
{
    /// <summary>One bit.</summary>
    Bit1 = 1,

    /// <summary>Two bits.</summary>
    Bit2 = 2,

    /// <summary>Four bits.</summary>
    Bit4 = 4,

    /// <summary>Eight bits.</summary>
    Bit8 = 8,

    /// <summary>Sixteen bits.</summary>
    Bit16 = 16,
}
