using System.Runtime.CompilerServices;

namespace SixLabors.ImageSharp.Memory;

/// <summary>
/// The pixels of one picture, in blocks of whole rows. A block is allocated when one of its rows is first asked for, so a header
/// that promises more than the data holds costs nothing.
/// </summary>
/// <typeparam name="T">The pixel type.</typeparam>
internal sealed class PixelBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly PixelBlock<T>?[] blocks;
    private readonly int rowsPerBlock;

    /// <summary>Makes a buffer of zeros. The size has been checked against the allocator's limits.</summary>
    public PixelBuffer(int width, int height)
    {
        Width = width;
        Height = height;

        // As the package's pooled blocks: a larger picture is not contiguous there either.
        rowsPerBlock = Math.Clamp(BlockPool.BlockBytes / (width * Unsafe.SizeOf<T>()), 1, height);
        blocks = new PixelBlock<T>[((height - 1) / rowsPerBlock) + 1];
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Whether all rows lie in one piece.</summary>
    public bool IsContiguous => blocks.Length == 1;

    public Span<T> Row(int y)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(y, Height);
        (int block, int row) = Math.DivRem(y, rowsPerBlock);
        return Block(block).GetSpan().Slice(row * Width, Width);
    }

    public PixelBlock<T> Block(int index) => blocks[index] ??= new PixelBlock<T>(Math.Min(rowsPerBlock, Height - (index * rowsPerBlock)) * Width);

    public void CopyTo(Span<T> destination)
    {
        if (destination.Length < (long)Width * Height)
        {
            throw new ArgumentOutOfRangeException(
                nameof(destination), $"Destination is too short: {Width}x{Height} pixels do not fit into {destination.Length}.");
        }

        for (int i = 0; i < blocks.Length; i++)
        {
            Span<T> block = Block(i).GetSpan();
            block.CopyTo(destination);
            destination = destination[block.Length..];
        }

        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        foreach (IDisposable? block in blocks)
        {
            block?.Dispose();
        }
    }
}
