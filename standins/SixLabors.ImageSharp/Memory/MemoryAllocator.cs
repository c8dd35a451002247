using System.Runtime.CompilerServices;

namespace SixLabors.ImageSharp.Memory;

/// <summary>Limits of a <see cref="MemoryAllocator"/>.</summary>
public struct MemoryAllocatorOptions
{
    private int? allocationLimitMegabytes;

    /// <summary>Most megabytes of one picture's pixels; null for the default of 4096.</summary>
    public int? AllocationLimitMegabytes
    {
        readonly get => allocationLimitMegabytes;
        set
        {
            if (value is <= 0)
            {
                throw new ArgumentOutOfRangeException(
                    nameof(AllocationLimitMegabytes), $"Value {value} must be greater than 0.");
            }

            allocationLimitMegabytes = value;
        }
    }
}

/// <summary>Decides which pixel buffers may be allocated.</summary>
public abstract class MemoryAllocator
{
    // A row lies in one piece, and the package allocates pieces of at most this size.
    private const long MaxRowBytes = 32L << 20;

    private long limitBytes = (Environment.Is64BitProcess ? 4L : 1L) << 30;

    private protected MemoryAllocator()
    {
    }

    /// <summary>The allocator where none is given.</summary>
    public static MemoryAllocator Default { get; } = Create();

    /// <summary>Makes an allocator with the default limits.</summary>
    public static MemoryAllocator Create() => Create(default);

    /// <summary>Makes an allocator.</summary>
    public static MemoryAllocator Create(MemoryAllocatorOptions options)
    {
        MemoryAllocator allocator = new LimitingAllocator();
        if (options.AllocationLimitMegabytes is int megabytes)
        {
            allocator.limitBytes = megabytes * 1024L * 1024L;
        }

        return allocator;
    }

    /// <exception cref="InvalidMemoryOperationException">The picture is beyond the limits.</exception>
    internal void Check<T>(int width, int height)
        where T : unmanaged
    {
        long rowBytes = (long)width * Unsafe.SizeOf<T>();
        if (rowBytes > MaxRowBytes)
        {
            throw new InvalidMemoryOperationException(
                $"The buffer capacity of the provided MemoryAllocator is insufficient for the requested buffer alignment: {width}.");
        }

        if (rowBytes * height > limitBytes)
        {
            throw new InvalidMemoryOperationException(
                $"Attempted to allocate a buffer of length={rowBytes * height} that exceeded the limit {limitBytes}.");
        }
    }

    private sealed class LimitingAllocator : MemoryAllocator;
}
