using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.Memory;

/// <summary>Some rows of a picture. As in the package they lie outside of the managed heap: disposing a picture frees its memory at once,
/// where large arrays would wait for a full collection.</summary>
/// <typeparam name="T">The pixel type.</typeparam>
internal sealed unsafe class PixelBlock<T> : MemoryManager<T>
    where T : unmanaged
{
    private readonly int length;
    private T* pixels;

    /// <summary>Makes a block of zeros.</summary>
    public PixelBlock(int length)
    {
        this.length = length;
        pixels = (T*)NativeMemory.AllocZeroed((nuint)length, (nuint)Unsafe.SizeOf<T>());
    }

    ~PixelBlock() => Dispose(disposing: false);

    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(pixels is null, this);
        return new Span<T>(pixels, length);
    }

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(pixels is null, this);
        return new MemoryHandle(pixels + elementIndex, default, this);
    }

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(pixels);
        pixels = null;
    }
}
