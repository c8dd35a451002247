namespace DigitFunctions.Core.Images.Robust;

/// <summary>Resizes so that each target pixel is the mean of the area it covers when shrinking, and by interpolation when enlarging.</summary>
internal static class AreaResize
{
    /// <summary>Resizes a plane.</summary>
    public static Plane Resize(Plane source, int width, int height)
    {
        using var narrow = new Plane(width, source.Height);
        for (int y = 0; y < source.Height; y++)
        {
            Along(source.Row(y), 1, source.Width, narrow.Row(y), 1, width);
        }

        var target = new Plane(width, height);
        for (int x = 0; x < width; x++)
        {
            Along(narrow.Values[x..], width, source.Height, target.Values[x..], width, height);
        }

        return target;
    }

    private static void Along(ReadOnlySpan<float> source, int sourceStride, int sourceCount, Span<float> target, int targetStride, int targetCount)
    {
        double scale = (double)sourceCount / targetCount;
        for (int i = 0; i < targetCount; i++)
        {
            target[i * targetStride] = scale >= 1
                ? Mean(source, sourceStride, sourceCount, i * scale, (i + 1) * scale)
                : Interpolate(source, sourceStride, sourceCount, ((i + 0.5) * scale) - 0.5);
        }
    }

    private static float Mean(ReadOnlySpan<float> source, int stride, int count, double from, double to)
    {
        double sum = 0;
        for (int i = (int)from; i < to && i < count; i++)
        {
            sum += source[i * stride] * (Math.Min(to, i + 1) - Math.Max(from, i));
        }

        return (float)(sum / (to - from));
    }

    private static float Interpolate(ReadOnlySpan<float> source, int stride, int count, double at)
    {
        double position = Math.Clamp(at, 0, count - 1);
        int first = (int)position;
        int second = Math.Min(first + 1, count - 1);
        double fraction = position - first;
        return (float)((source[first * stride] * (1 - fraction)) + (source[second * stride] * fraction));
    }
}
