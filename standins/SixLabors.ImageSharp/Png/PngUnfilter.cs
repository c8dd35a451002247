using System.Numerics;

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

    private static void Sub(Span<byte> row, int distance)
    {
        // A row of a narrow interlaced pass can be shorter than two pixels, never shorter than one.
        Span<byte> right = row[distance..];
        for (int i = 0; i < right.Length; i++)
        {
            right[i] += row[i];
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
        for (int i = 0; i < distance; i++)
        {
            row[i] += (byte)(above[i] >> 1);
        }

        Span<byte> right = row[distance..];
        above = above[distance..];
        for (int i = 0; i < right.Length; i++)
        {
            right[i] += (byte)((row[i] + above[i]) >> 1);
        }
    }

    private static void Paeth(Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        for (int i = 0; i < distance; i++)
        {
            row[i] += above[i];
        }

        Span<byte> right = row[distance..];
        ReadOnlySpan<byte> aboveRight = above[distance..];
        for (int i = 0; i < right.Length; i++)
        {
            int left = row[i];
            int up = aboveRight[i];
            int corner = above[i];
            int toLeft = Math.Abs(up - corner);
            int toUp = Math.Abs(left - corner);
            int toCorner = Math.Abs(left + up - corner - corner);
            int nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
            right[i] += (byte)nearest;
        }
    }
}
