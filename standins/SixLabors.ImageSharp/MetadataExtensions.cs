using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Metadata;

namespace SixLabors.ImageSharp;

/// <summary>Metadata by format.</summary>
public static class MetadataExtensions
{
    /// <summary>The PNG's own metadata; without values where the picture was no PNG.</summary>
    public static PngMetadata GetPngMetadata(this ImageMetadata source) => source.Png;
}
