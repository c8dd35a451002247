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
        using var other = new Plane(Width, Height);
        for (int y = 0; y < Height; y++)
        {
            MeanAlong(Row(y), other.Values[(y * Width)..], Width, 1, radius);
        }

        for (int x = 0; x < Width; x++)
        {
            MeanAlong(other.Values[x..], Values[x..], Height, Width, radius);
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

    private static void MeanAlong(ReadOnlySpan<float> source, Span<float> target, int count, int stride, int radius)
    {
        double sum = 0;
        for (int i = 0; i < Math.Min(radius, count); i++)
        {
            sum += source[i * stride];
        }

        for (int i = 0; i < count; i++)
        {
            sum += i + radius < count ? source[(i + radius) * stride] : 0;
            sum -= i - radius - 1 >= 0 ? source[(i - radius - 1) * stride] : 0;
            int inside = Math.Min(i + radius, count - 1) - Math.Max(i - radius, 0) + 1;
            target[i * stride] = (float)(sum / inside);
        }
    }
}
