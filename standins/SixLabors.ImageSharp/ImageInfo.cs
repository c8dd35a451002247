using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;

namespace SixLabors.ImageSharp;

/// <summary>What a file's header says of its picture.</summary>
public class ImageInfo
{
    /// <summary>Makes the description.</summary>
    public ImageInfo(PixelTypeInfo pixelType, Size size, ImageMetadata? metadata)
    {
        PixelType = pixelType;
        Size = size;
        Metadata = metadata ?? new ImageMetadata();
    }

    /// <summary>How the file stores pixels.</summary>
    public PixelTypeInfo PixelType { get; }

    /// <summary>The width in pixels, as the file states it: it may be zero or negative in a broken file.</summary>
    public int Width => Size.Width;

    /// <summary>The height in pixels, as the file states it: it may be zero or negative in a broken file.</summary>
    public int Height => Size.Height;

    /// <summary>What the file says beside its pixels.</summary>
    public ImageMetadata Metadata { get; }

    /// <summary>Width and height.</summary>
    public Size Size { get; internal set; }
}
