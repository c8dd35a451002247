using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using DigitFunctions.Core.Images.Decoding;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Makes a small plane of a large picture.</summary>
internal static class PlaneReduction
{
    // So many bytes add up to what 16 bits hold.
    private const int MostRowsInShorts = ushort.MaxValue / byte.MaxValue;

    /// <summary>Averages squares of pixels of a part of a raster.</summary>
    /// <param name="raster">The whole picture.</param>
    /// <param name="part">Which part; it lies within the raster.</param>
    /// <param name="factor">Pixels a side of each square, 1 or more; squares at the right and lower edges may be cut.</param>
    public static Plane Reduce(GreyRaster raster, PixelBox part, int factor)
    {
        var plane = new Plane((part.Width + factor - 1) / factor, (part.Height + factor - 1) / factor);
        ReadOnlySpan<byte> pixels = raster.Pixels;
        ushort[] pooled = ArrayPool<ushort>.Shared.Rent(part.Width);
        Span<ushort> columns = pooled.AsSpan(0, part.Width);
        for (int y = 0; y < plane.Height; y++)
        {
            Span<float> row = plane.Row(y);
            int top = part.Top + (y * factor);
            int bottom = Math.Min(top + factor, part.Bottom);
            for (int v = top; v < bottom; v += MostRowsInShorts)
            {
                columns.Clear();
                for (int w = v; w < Math.Min(v + MostRowsInShorts, bottom); w++)
                {
                    AddBytes(columns, pixels.Slice((w * raster.Width) + part.Left, part.Width));
                }

                AddSquares(row, columns, factor);
            }

            for (int x = 0; x < row.Length; x++)
            {
                row[x] /= (bottom - top) * Math.Min(factor, part.Width - (x * factor));
            }
        }

        ArrayPool<ushort>.Shared.Return(pooled);
        return plane;
    }

    private static void AddBytes(Span<ushort> sums, ReadOnlySpan<byte> bytes)
    {
        int i = 0;
        for (; i <= bytes.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(bytes[i..]), out Vector<ushort> lower, out Vector<ushort> upper);
            Span<Vector<ushort>> target = MemoryMarshal.Cast<ushort, Vector<ushort>>(sums.Slice(i, Vector<byte>.Count));
            target[0] += lower;
            target[1] += upper;
        }

        for (; i < bytes.Length; i++)
        {
            sums[i] += bytes[i];
        }
    }

    private static void AddSquares(Span<float> row, ReadOnlySpan<ushort> columns, int factor)
    {
        for (int x = 0; x < row.Length; x++)
        {
            uint sum = 0;
            foreach (ushort column in columns.Slice(x * factor, Math.Min(factor, columns.Length - (x * factor))))
            {
                sum += column;
            }

            row[x] += sum;
        }
    }
}
