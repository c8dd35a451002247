using System.Buffers;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Thresholding with two levels, as in Canny's edge detector: weak pixels count where they hang together with strong ones.</summary>
internal static class Hysteresis
{
    /// <summary>Marks pixels above <paramref name="high"/>, and those above <paramref name="low"/> that are connected to them.</summary>
    /// <param name="strength">The values.</param>
    /// <param name="high">Above it a pixel counts by itself.</param>
    /// <param name="low">Above it a pixel counts beside one that counts.</param>
    /// <param name="mask">Receives 1 or 0 for each pixel; it comes cleared.</param>
    public static void Mark(Plane strength, float high, float low, Span<byte> mask)
    {
        int width = strength.Width;
        ReadOnlySpan<float> values = strength.Values;
        int[] stack = ArrayPool<int>.Shared.Rent(values.Length);
        int depth = 0;
        for (int i = StrengthScan.NextAbove(values, 0, high); i < values.Length; i = StrengthScan.NextAbove(values, i + 1, high))
        {
            mask[i] = 1;
            stack[depth++] = i;
        }

        while (depth > 0)
        {
            int i = stack[--depth];
            int x = i % width;
            for (int dy = -1; dy <= 1; dy++)
            {
                for (int dx = -1; dx <= 1; dx++)
                {
                    int j = i + (dy * width) + dx;
                    if ((uint)(x + dx) < (uint)width && (uint)j < (uint)values.Length && mask[j] == 0 && values[j] > low)
                    {
                        mask[j] = 1;
                        stack[depth++] = j;
                    }
                }
            }
        }

        ArrayPool<int>.Shared.Return(stack);
    }
}
