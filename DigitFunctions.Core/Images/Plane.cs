using System.Buffers;

namespace DigitFunctions.Core.Images;

/// <summary>A small picture of one float a pixel. Its memory is pooled.</summary>
internal sealed class Plane : IDisposable
{
    private float[] _values;

    /// <summary>Makes a plane whose values are zero.</summary>
    public Plane(int width, int height)
    {
        Width = width;
        Height = height;
        _values = ArrayPool<float>.Shared.Rent(width * height);
        Values.Clear();
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Width × height values, row by row.</summary>
    public Span<float> Values => _values.AsSpan(0, Width * Height);

    /// <summary>One row.</summary>
    public Span<float> Row(int y) => _values.AsSpan(y * Width, Width);

    /// <summary>Averages squares of pixels of a part of a raster.</summary>
    /// <param name="raster">The whole picture.</param>
    /// <param name="part">Which part; it lies within the raster.</param>
    /// <param name="factor">Pixels a side of each square, 1 or more; squares at the right and lower edges may be cut.</param>
    public static Plane Reduce(GreyRaster raster, PixelBox part, int factor)
    {
        var plane = new Plane((part.Width + factor - 1) / factor, (part.Height + factor - 1) / factor);
        ReadOnlySpan<byte> pixels = raster.Pixels;
        for (int y = 0; y < plane.Height; y++)
        {
            Span<float> row = plane.Row(y);
            int top = part.Top + (y * factor);
            int bottom = Math.Min(top + factor, part.Bottom);
            for (int v = top; v < bottom; v++)
            {
                ReadOnlySpan<byte> source = pixels.Slice((v * raster.Width) + part.Left, part.Width);
                AddSquares(source, factor, row);
            }

            int height = bottom - top;
            for (int x = 0; x < row.Length; x++)
            {
                row[x] /= height * Math.Min(factor, part.Width - (x * factor));
            }
        }

        return plane;
    }

    /// <summary>A copy of this plane.</summary>
    public Plane Clone()
    {
        var copy = new Plane(Width, Height);
        Values.CopyTo(copy.Values);
        return copy;
    }

    /// <summary>Replaces each value by the mean of the square of 2 × <paramref name="radius"/> + 1 pixels a side around it, as far as it lies inside.</summary>
    public void Blur(int radius)
    {
        using var sums = new Plane(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            MeanAlong(Row(y), sums.Row(y), radius);
        }

        using var column = new Plane(Width, 1);
        Span<float> sum = column.Values;
        for (int y = 0; y < Math.Min(radius, Height); y++)
        {
            AddRow(sum, sums.Row(y), 1);
        }

        for (int y = 0; y < Height; y++)
        {
            if (y + radius < Height)
            {
                AddRow(sum, sums.Row(y + radius), 1);
            }

            if (y - radius - 1 >= 0)
            {
                AddRow(sum, sums.Row(y - radius - 1), -1);
            }

            float inside = Math.Min(y + radius, Height - 1) - Math.Max(y - radius, 0) + 1;
            Span<float> row = Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                row[x] = sum[x] / inside;
            }
        }
    }

    /// <summary>Weighs each value with its neighbours, 1 2 1 in both directions.</summary>
    public void Smooth()
    {
        using Plane other = Clone();
        for (int y = 0; y < Height; y++)
        {
            ReadOnlySpan<float> above = other.Row(Math.Max(0, y - 1));
            ReadOnlySpan<float> middle = other.Row(y);
            ReadOnlySpan<float> below = other.Row(Math.Min(Height - 1, y + 1));
            Span<float> row = Row(y);
            float left = above[0] + (2 * middle[0]) + below[0];
            float centre = left;
            for (int x = 0; x < row.Length; x++)
            {
                int next = Math.Min(x + 1, row.Length - 1);
                float right = above[next] + (2 * middle[next]) + below[next];
                row[x] = (left + (2 * centre) + right) / 16;
                (left, centre) = (centre, right);
            }
        }
    }

    /// <summary>Brings each value that stands out from all of its eight neighbours by more than some contrast back to the nearest of them.</summary>
    public void RemoveSpecks(float contrast)
    {
        using Plane other = Clone();
        for (int y = 1; y < Height - 1; y++)
        {
            ReadOnlySpan<float> above = other.Row(y - 1);
            ReadOnlySpan<float> middle = other.Row(y);
            ReadOnlySpan<float> below = other.Row(y + 1);
            Span<float> row = Row(y);
            for (int x = 1; x < row.Length - 1; x++)
            {
                float least = Math.Min(Math.Min(middle[x - 1], middle[x + 1]), Math.Min(Least(above, x), Least(below, x)));
                float most = Math.Max(Math.Max(middle[x - 1], middle[x + 1]), Math.Max(Most(above, x), Most(below, x)));
                row[x] = middle[x] > most + contrast ? most : middle[x] < least - contrast ? least : middle[x];
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        float[] values = Interlocked.Exchange(ref _values, []);
        if (values.Length > 0)
        {
            ArrayPool<float>.Shared.Return(values);
        }
    }

    private static float Least(ReadOnlySpan<float> row, int x) => Math.Min(row[x], Math.Min(row[x - 1], row[x + 1]));

    private static float Most(ReadOnlySpan<float> row, int x) => Math.Max(row[x], Math.Max(row[x - 1], row[x + 1]));

    private static void AddSquares(ReadOnlySpan<byte> source, int factor, Span<float> row)
    {
        for (int x = 0; x < row.Length; x++)
        {
            int sum = 0;
            foreach (byte value in source.Slice(x * factor, Math.Min(factor, source.Length - (x * factor))))
            {
                sum += value;
            }

            row[x] += sum;
        }
    }

    private static void AddRow(Span<float> sum, ReadOnlySpan<float> row, float sign)
    {
        for (int x = 0; x < sum.Length; x++)
        {
            sum[x] += sign * row[x];
        }
    }

    private static void MeanAlong(ReadOnlySpan<float> source, Span<float> target, int radius)
    {
        double sum = 0;
        for (int i = 0; i < Math.Min(radius, source.Length); i++)
        {
            sum += source[i];
        }

        for (int i = 0; i < source.Length; i++)
        {
            sum += i + radius < source.Length ? source[i + radius] : 0;
            sum -= i - radius - 1 >= 0 ? source[i - radius - 1] : 0;
            int inside = Math.Min(i + radius, source.Length - 1) - Math.Max(i - radius, 0) + 1;
            target[i] = (float)(sum / inside);
        }
    }
}
