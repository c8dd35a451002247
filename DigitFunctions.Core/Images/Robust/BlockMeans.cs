using System.Buffers;
using System.Numerics;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Means over square blocks of a plane, for what changes slowly, and the way back by interpolation between the blocks' centres.</summary>
internal static class BlockMeans
{
    /// <summary>How many blocks cover a side.</summary>
    public static int Count(int length, int block) => (length + block - 1) / block;

    /// <summary>The mean of <paramref name="picture"/> less <paramref name="paper"/> over the pixels of each block that are not ink, times the share of those pixels.</summary>
    /// <param name="picture">Lightness.</param>
    /// <param name="paper">Lightness, as large.</param>
    /// <param name="isInk">1 where ink may be, else 0.</param>
    /// <param name="block">Pixels a side of a block, 1 or more; blocks at the right and lower edges may be cut.</param>
    /// <param name="difference">Receives the mean of each block.</param>
    /// <param name="weight">Receives the share of each block's pixels that are not ink.</param>
    public static void Subtract(Plane picture, Plane paper, ReadOnlySpan<byte> isInk, int block, Plane difference, Plane weight)
    {
        int width = picture.Width;
        float[] pooled = ArrayPool<float>.Shared.Rent(2 * width);
        Span<float> sums = pooled.AsSpan(0, width);
        Span<float> counts = pooled.AsSpan(width, width);
        for (int j = 0; j < difference.Height; j++)
        {
            int top = j * block;
            int height = Math.Min(block, picture.Height - top);
            sums.Clear();
            counts.Fill(height);
            for (int y = top; y < top + height; y++)
            {
                AddRow(picture.Row(y), paper.Row(y), isInk.Slice(y * width, width), sums, counts);
            }

            Span<float> differences = difference.Row(j);
            Span<float> weights = weight.Row(j);
            for (int i = 0; i < differences.Length; i++)
            {
                int left = i * block;
                int right = Math.Min(left + block, width);
                (float sum, float count) = (0, 0);
                for (int x = left; x < right; x++)
                {
                    sum += sums[x];
                    count += counts[x];
                }

                int pixels = height * (right - left);
                (differences[i], weights[i]) = (sum / pixels, count / pixels);
            }
        }

        ArrayPool<float>.Shared.Return(pooled);
    }

    /// <summary>Adds to each pixel what lies between the values of the blocks around it.</summary>
    /// <param name="blocks">A value for each block.</param>
    /// <param name="block">Pixels a side of a block.</param>
    /// <param name="plane">What is added to.</param>
    public static void AddInterpolated(Plane blocks, int block, Plane plane)
    {
        float[] pooled = ArrayPool<float>.Shared.Rent(blocks.Width);
        Span<float> line = pooled.AsSpan(0, blocks.Width);
        for (int y = 0; y < plane.Height; y++)
        {
            (int above, float part) = Locate(y, block, blocks.Height);
            ReadOnlySpan<float> upper = blocks.Row(above);
            ReadOnlySpan<float> lower = blocks.Row(Math.Min(above + 1, blocks.Height - 1));
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = upper[i] + (part * (lower[i] - upper[i]));
            }

            AddLine(line, block, plane.Row(y));
        }

        ArrayPool<float>.Shared.Return(pooled);
    }

    private static void AddLine(ReadOnlySpan<float> line, int block, Span<float> row)
    {
        // Beyond the outermost centres the value stays.
        int x = 0;
        for (; x < Math.Min(block / 2, row.Length); x++)
        {
            row[x] += line[0];
        }

        float first = block % 2 == 0 ? 0.5f / block : 0;
        for (int i = 0; i + 1 < line.Length; i++)
        {
            float step = (line[i + 1] - line[i]) / block;
            float value = line[i] + (first * (line[i + 1] - line[i]));
            foreach (ref float pixel in row.Slice(x, Math.Min(block, row.Length - x)))
            {
                pixel += value;
                value += step;
            }

            x = Math.Min(x + block, row.Length);
        }

        for (; x < row.Length; x++)
        {
            row[x] += line[^1];
        }
    }

    /// <summary>The block whose centre lies before a pixel, and which part of the way to the next one the pixel is.</summary>
    private static (int Place, float Part) Locate(int pixel, int block, int count)
    {
        float place = (pixel - ((block - 1) / 2f)) / block;
        int before = Math.Clamp((int)place, 0, count - 1);
        return (before, Math.Clamp(place - before, 0, 1));
    }

    private static void AddRow(ReadOnlySpan<float> light, ReadOnlySpan<float> paper, ReadOnlySpan<byte> isInk, Span<float> sums, Span<float> counts)
    {
        int x = 0;
        for (; x <= sums.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            (new Vector<float>(sums[x..]) + new Vector<float>(light[x..]) - new Vector<float>(paper[x..])).CopyTo(sums[x..]);
        }

        for (; x < sums.Length; x++)
        {
            sums[x] += light[x] - paper[x];
        }

        for (x = StrengthScan.NextSet(isInk, 0); x < isInk.Length; x = StrengthScan.NextSet(isInk, x + 1))
        {
            sums[x] -= light[x] - paper[x];
            counts[x]--;
        }
    }
}
