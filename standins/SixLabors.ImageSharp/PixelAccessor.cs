using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

/// <summary>What to do with the rows of a picture.</summary>
/// <typeparam name="TPixel">The pixel type.</typeparam>
public delegate void PixelAccessorAction<TPixel>(PixelAccessor<TPixel> pixelAccessor)
    where TPixel : unmanaged, IPixel<TPixel>;

/// <summary>The rows of a picture, to be used inside a <see cref="PixelAccessorAction{TPixel}"/> only.</summary>
/// <typeparam name="TPixel">The pixel type.</typeparam>
public ref struct PixelAccessor<TPixel>
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly PixelBuffer<TPixel> buffer;

    internal PixelAccessor(PixelBuffer<TPixel> buffer) => this.buffer = buffer;

    /// <summary>The width in pixels.</summary>
    public int Width => buffer.Width;

    /// <summary>The height in pixels.</summary>
    public int Height => buffer.Height;

    /// <summary>The pixels of a row, from the left.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public Span<TPixel> GetRowSpan(int rowIndex) => buffer.Row(rowIndex);
}
