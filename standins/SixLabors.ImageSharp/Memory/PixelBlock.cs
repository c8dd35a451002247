using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SixLabors.ImageSharp.Memory;

/// <summary>Memory for large blocks, kept for the next picture as the package does.</summary>
internal static unsafe class BlockPool
{
    public const int BlockBytes = 4 << 20;

    private const int MostKept = 16;

    private static readonly ConcurrentStack<nint> Kept = [];

    /// <summary>A block that holds anything.</summary>
    public static void* Rent() => Kept.TryPop(out nint block) ? (void*)block : NativeMemory.Alloc(BlockBytes);

    public static void Return(void* block)
    {
        if (Kept.Count < MostKept)
        {
            Kept.Push((nint)block);
        }
        else
        {
            NativeMemory.Free(block);
        }
    }
}

/// <summary>Some rows of a picture. As in the package they lie outside of the managed heap: what a picture took can be used again as soon
/// as it is disposed, where large arrays would wait for a full collection.</summary>
/// <typeparam name="T">The pixel type.</typeparam>
internal sealed unsafe class PixelBlock<T> : MemoryManager<T>
    where T : unmanaged
{
    // Blocks from this size on are pooled; malloc would keep the memory of each thread's for itself.
    private const int LeastPooled = 256 << 10;

    private readonly int length;
    private readonly bool isPooled;
    private T* pixels;

    /// <summary>Makes a block of zeros.</summary>
    public PixelBlock(int length)
    {
        this.length = length;
        nuint bytes = (nuint)length * (nuint)Unsafe.SizeOf<T>();
        isPooled = bytes is >= LeastPooled and <= BlockPool.BlockBytes;
        pixels = (T*)(isPooled ? BlockPool.Rent() : NativeMemory.Alloc(bytes));
        NativeMemory.Clear(pixels, bytes);
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
        if (pixels is null)
        {
            return;
        }

        if (isPooled)
        {
            BlockPool.Return(pixels);
        }
        else
        {
            NativeMemory.Free(pixels);
        }

        pixels = null;
    }
}
