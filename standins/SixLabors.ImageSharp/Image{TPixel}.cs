using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

/// <summary>A decoded picture.</summary>
/// <typeparam name="TPixel">The pixel type.</typeparam>
public sealed class Image<TPixel> : Image
    where TPixel : unmanaged, IPixel<TPixel>
{
    private PixelBuffer<TPixel>? pixels;

    /// <exception cref="InvalidMemoryOperationException">The picture is beyond the allocator's limits.</exception>
    internal Image(Configuration configuration, int width, int height, ImageMetadata metadata)
        : base(configuration, new PixelTypeInfo(Unsafe.SizeOf<TPixel>() * 8), metadata, new Size(width, height))
    {
        configuration.MemoryAllocator.Check<TPixel>(width, height);
        pixels = new PixelBuffer<TPixel>(width, height);
    }

    internal PixelBuffer<TPixel> Pixels
    {
        get
        {
            EnsureNotDisposed();
            return pixels!;
        }
    }

    /// <summary>One pixel; slow for many.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pixel.</exception>
    public TPixel this[int x, int y]
    {
        get
        {
            TPixel pixel = Pixels.Row(y)[InRow(x)];
            GC.KeepAlive(this);
            return pixel;
        }

        set
        {
            Pixels.Row(y)[InRow(x)] = value;
            GC.KeepAlive(this);
        }
    }

    /// <summary>Hands the rows to a function.</summary>
    public void ProcessPixelRows(PixelAccessorAction<TPixel> processPixels)
    {
        ArgumentNullException.ThrowIfNull(processPixels);
        processPixels(new PixelAccessor<TPixel>(Pixels));
        GC.KeepAlive(this);
    }

    /// <summary>Copies all pixels, row after row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is too short.</exception>
    public void CopyPixelDataTo(Span<TPixel> destination) => Pixels.CopyTo(destination);

    /// <summary>Copies all pixels as they lie in memory, row after row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The destination is too short.</exception>
    public void CopyPixelDataTo(Span<byte> destination) => Pixels.CopyTo(MemoryMarshal.Cast<byte, TPixel>(destination));

    /// <summary>Gives the memory of all pixels, where it is one piece: it is not for a picture of more than four megabytes.</summary>
    /// <returns>Whether it is one piece.</returns>
    public bool DangerousTryGetSinglePixelMemory(out Memory<TPixel> memory)
    {
        memory = Pixels.IsContiguous ? Pixels.Block(0).Memory : default(Memory<TPixel>);
        return Pixels.IsContiguous;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Image<{typeof(TPixel).Name}>: {Width}x{Height}";

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        pixels?.Dispose();
        pixels = null;
    }

    private int InRow(int x) => (uint)x < (uint)Width ? x : throw new ArgumentOutOfRangeException(nameof(x));
}
