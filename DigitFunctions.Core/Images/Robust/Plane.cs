using System.Buffers;
using System.Numerics;
using System.Runtime.Intrinsics;

namespace DigitFunctions.Core.Images.Robust;

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
        for (int y = 0; y < Height; y += 4)
        {
            MeanAlong(y, sums, radius);
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
            int x = 0;
            for (; x <= row.Length - Vector<float>.Count; x += Vector<float>.Count)
            {
                (new Vector<float>(sum[x..]) / inside).CopyTo(row[x..]);
            }

            for (; x < row.Length; x++)
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
        var limit = new Vector<float>(contrast);
        for (int y = 1; y < Height - 1; y++)
        {
            ReadOnlySpan<float> above = other.Row(y - 1);
            ReadOnlySpan<float> middle = other.Row(y);
            ReadOnlySpan<float> below = other.Row(y + 1);
            Span<float> row = Row(y);
            int x = 1;
            for (; x + Vector<float>.Count < row.Length; x += Vector<float>.Count)
            {
                (Vector<float> left, Vector<float> centre, Vector<float> right) = Beside(middle, x);
                (Vector<float> leastAbove, Vector<float> mostAbove) = Range(above, x);
                (Vector<float> leastBelow, Vector<float> mostBelow) = Range(below, x);
                Vector<float> least = Vector.Min(Vector.Min(left, right), Vector.Min(leastAbove, leastBelow));
                Vector<float> most = Vector.Max(Vector.Max(left, right), Vector.Max(mostAbove, mostBelow));
                Vector<float> raised = Vector.ConditionalSelect(Vector.LessThan(centre, least - limit), least, centre);
                Vector.ConditionalSelect(Vector.GreaterThan(centre, most + limit), most, raised).CopyTo(row[x..]);
            }

            for (; x < row.Length - 1; x++)
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

    private static (Vector<float> Left, Vector<float> Centre, Vector<float> Right) Beside(ReadOnlySpan<float> row, int x) =>
        (new Vector<float>(row[(x - 1)..]), new Vector<float>(row[x..]), new Vector<float>(row[(x + 1)..]));

    private static (Vector<float> Least, Vector<float> Most) Range(ReadOnlySpan<float> row, int x)
    {
        (Vector<float> left, Vector<float> centre, Vector<float> right) = Beside(row, x);
        return (Vector.Min(centre, Vector.Min(left, right)), Vector.Max(centre, Vector.Max(left, right)));
    }

    private static void AddRow(Span<float> sum, ReadOnlySpan<float> row, float sign)
    {
        int x = 0;
        for (; x <= sum.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            (new Vector<float>(sum[x..]) + (sign * new Vector<float>(row[x..]))).CopyTo(sum[x..]);
        }

        for (; x < sum.Length; x++)
        {
            sum[x] += sign * row[x];
        }
    }

    /// <summary>Running means along four rows at once, since each sum waits for the one before it.</summary>
    private void MeanAlong(int top, Plane target, int radius)
    {
        // Where there are fewer rows left the last is done again.
        int last = Height - 1;
        ReadOnlySpan<float> a = Row(top);
        ReadOnlySpan<float> b = Row(Math.Min(top + 1, last));
        ReadOnlySpan<float> c = Row(Math.Min(top + 2, last));
        ReadOnlySpan<float> d = Row(Math.Min(top + 3, last));
        Span<float> meanA = target.Row(top);
        Span<float> meanB = target.Row(Math.Min(top + 1, last));
        Span<float> meanC = target.Row(Math.Min(top + 2, last));
        Span<float> meanD = target.Row(Math.Min(top + 3, last));
        Vector256<double> sum = Vector256<double>.Zero;
        for (int x = -radius; x < Width; x++)
        {
            if (x + radius < Width)
            {
                sum += At(x + radius, a, b, c, d);
            }

            if (x - radius - 1 >= 0)
            {
                sum -= At(x - radius - 1, a, b, c, d);
            }

            if (x >= 0)
            {
                int inside = Math.Min(x + radius, Width - 1) - Math.Max(x - radius, 0) + 1;
                Vector256<double> mean = sum / inside;
                (meanA[x], meanB[x], meanC[x], meanD[x]) = ((float)mean[0], (float)mean[1], (float)mean[2], (float)mean[3]);
            }
        }
    }

    private static Vector256<double> At(int x, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, ReadOnlySpan<float> d) =>
        Vector256.Create((double)a[x], b[x], c[x], d[x]);
}
