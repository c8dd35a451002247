using System.Numerics;
using System.Runtime.CompilerServices;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Takes the filter off a row (PNG specification, section 9).</summary>
internal static class PngUnfilter
{
    /// <param name="filter">The row's filter type.</param>
    /// <param name="row">The row without its filter byte; receives the result.</param>
    /// <param name="above">The row above it, unfiltered; zeros for the first one.</param>
    /// <param name="distance">Bytes to the same sample of the pixel on the left.</param>
    /// <exception cref="InvalidImageContentException">There is no such filter.</exception>
    public static void Apply(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        above = above[..row.Length];
        switch (filter)
        {
            case 0:
                break;
            case 1:
                Sub(row, distance);
                break;
            case 2:
                Up(row, above);
                break;
            case 3:
                Average(row, above, distance);
                break;
            case 4:
                Paeth(row, above, distance);
                break;
            default:
                throw new InvalidImageContentException("Unknown filter type.");
        }
    }

    // The filters that look to the left run over one sample of all pixels after the other: what they carry stays in registers.
    private static void Sub(Span<byte> row, int distance)
    {
        for (int first = 0; first < distance; first++)
        {
            byte left = 0;
            for (int i = first; i < row.Length; i += distance)
            {
                left += row[i];
                row[i] = left;
            }
        }
    }

    private static void Up(Span<byte> row, ReadOnlySpan<byte> above)
    {
        int i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++)
        {
            row[i] += above[i];
        }
    }

    private static void Average(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (int first = 0; first < distance; first++)
        {
            byte left = 0;
            for (int i = first; i < row.Length && i < above.Length; i += distance)
            {
                left = (byte)(row[i] + ((left + above[i]) >> 1));
                row[i] = left;
            }
        }
    }

    private static void Paeth(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (int first = 0; first < distance; first++)
        {
            int left = 0;
            int corner = 0;
            for (int i = first; i < row.Length && i < above.Length; i += distance)
            {
                int up = above[i];
                left = (byte)(row[i] + PaethPredictor(left, up, corner));
                row[i] = (byte)left;
                corner = up;
            }
        }
    }

    /// <summary>The neighbour nearest to left + up - corner. It is what the specification's three distances give, for all values, without
    /// a branch: on noise every second guess of one would be wrong.</summary>
    private static int PaethPredictor(int left, int up, int corner)
    {
        int low = Math.Min(left, up);
        int high = Math.Max(left, up);
        int threshold = (3 * corner) - left - up;
        int lowOrCorner = corner + ((low - corner) & Mask(high <= threshold));
        return lowOrCorner + ((high - lowOrCorner) & Mask(threshold <= low));
    }

    private static int Mask(bool condition) => -Unsafe.BitCast<bool, byte>(condition);
}
