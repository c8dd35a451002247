using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Png;

namespace SixLabors.ImageSharp.Metadata;

/// <summary>What a file says beside its pixels.</summary>
public sealed class ImageMetadata
{
    private PngMetadata? png;

    /// <summary>The format that the picture was decoded from.</summary>
    public IImageFormat? DecodedImageFormat { get; internal set; }

    internal PngMetadata Png => png ??= new PngMetadata();
}
