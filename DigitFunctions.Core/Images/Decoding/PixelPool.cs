using System.Buffers;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>Arrays with a byte for each pixel. The shared pool would keep some of a large picture's for each thread; this one keeps few for all.</summary>
internal sealed class PixelPool : ArrayPool<byte>
{
    private const int LeastLarge = 1 << 20;

    // Two for the largest picture that the default limit allows: what one transform needs, unless it has to turn the picture.
    private const int MostKeptBytes = 2 << 24;

    private readonly Lock _lock = new();
    private readonly List<byte[]> _kept = [];
    private int _keptBytes;

    /// <summary>The one pool.</summary>
    public static new PixelPool Shared { get; } = new();

    /// <inheritdoc/>
    public override byte[] Rent(int minimumLength)
    {
        if (minimumLength <= LeastLarge)
        {
            return ArrayPool<byte>.Shared.Rent(minimumLength);
        }

        lock (_lock)
        {
            if (_kept.Where(array => array.Length >= minimumLength).MinBy(array => array.Length) is { } kept)
            {
                _kept.Remove(kept);
                _keptBytes -= kept.Length;
                return kept;
            }
        }

        // Whole steps, so that an array serves the next picture of about the same size.
        return GC.AllocateUninitializedArray<byte>((minimumLength + LeastLarge - 1) / LeastLarge * LeastLarge);
    }

    /// <inheritdoc/>
    public override void Return(byte[] array, bool clearArray = false)
    {
        if (array.Length <= LeastLarge)
        {
            ArrayPool<byte>.Shared.Return(array, clearArray);
            return;
        }

        lock (_lock)
        {
            // The smaller ones make room: a larger one serves them too.
            while (_keptBytes + array.Length > MostKeptBytes && _kept.MinBy(kept => kept.Length) is { } smallest && smallest.Length < array.Length)
            {
                _kept.Remove(smallest);
                _keptBytes -= smallest.Length;
            }

            if (_keptBytes + array.Length <= MostKeptBytes)
            {
                _kept.Add(array);
                _keptBytes += array.Length;
            }
        }
    }
}
