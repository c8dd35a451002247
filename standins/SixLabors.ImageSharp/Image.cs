using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Metadata;

namespace SixLabors.ImageSharp;

/// <summary>A decoded picture of any pixel type.</summary>
public abstract partial class Image : IDisposable
{
    private bool isDisposed;

    private protected Image(Configuration configuration, PixelTypeInfo pixelType, ImageMetadata metadata, Size size)
    {
        Configuration = configuration;
        PixelType = pixelType;
        Metadata = metadata;
        Size = size;
    }

    /// <summary>What the picture was decoded with.</summary>
    public Configuration Configuration { get; }

    /// <summary>How the pixels lie in memory.</summary>
    public PixelTypeInfo PixelType { get; }

    /// <summary>The width in pixels.</summary>
    public int Width => Size.Width;

    /// <summary>The height in pixels.</summary>
    public int Height => Size.Height;

    /// <summary>What the file said beside its pixels.</summary>
    public ImageMetadata Metadata { get; }

    /// <summary>Width and height.</summary>
    public Size Size { get; internal set; }

    /// <summary>The frames.</summary>
    public ImageFrameCollection Frames
    {
        get
        {
            EnsureNotDisposed();
            return ImageFrameCollection.Single;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (isDisposed)
        {
            return;
        }

        Dispose(true);
        GC.SuppressFinalize(this);
        isDisposed = true;
    }

    /// <summary>Lets go of the pixels.</summary>
    protected abstract void Dispose(bool disposing);

    internal void EnsureNotDisposed() => ObjectDisposedException.ThrowIf(isDisposed, this);
}
