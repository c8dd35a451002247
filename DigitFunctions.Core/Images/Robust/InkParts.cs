using System.Buffers;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>The connected parts of an ink mask.</summary>
internal sealed class InkParts : IDisposable
{
    private readonly List<InkPart> _parts = [];
    private int[] _labels;

    private InkParts(int length)
    {
        _labels = ArrayPool<int>.Shared.Rent(length);
        _labels.AsSpan(0, length).Clear();
    }

    /// <summary>The parts; that with label n is at n - 1.</summary>
    public IReadOnlyList<InkPart> All => _parts;

    /// <summary>For each pixel the label of its part, from 1 on; 0 where there is no ink.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>Finds the parts whose pixels touch by a side or a corner.</summary>
    public static InkParts Find(InkMap map)
    {
        var parts = new InkParts(map.Mask.Length);
        int[] stack = ArrayPool<int>.Shared.Rent(map.Mask.Length);
        ReadOnlySpan<byte> mask = map.Mask;
        for (int i = StrengthScan.NextSet(mask, 0); i < mask.Length; i = StrengthScan.NextSet(mask, i + 1))
        {
            if (parts._labels[i] == 0)
            {
                parts._parts.Add(parts.Flood(map, i, parts._parts.Count + 1, stack));
            }
        }

        ArrayPool<int>.Shared.Return(stack);
        return parts;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        int[] labels = Interlocked.Exchange(ref _labels, []);
        if (labels.Length > 0)
        {
            ArrayPool<int>.Shared.Return(labels);
        }
    }

    private InkPart Flood(InkMap map, int start, int label, int[] stack)
    {
        int width = map.Width;
        ReadOnlySpan<byte> mask = map.Mask;
        ReadOnlySpan<float> strength = map.Strength.Values;
        var box = new PixelBox(int.MaxValue, int.MaxValue, 0, 0);
        int area = 0;
        double mass = 0;
        int depth = 0;
        stack[depth++] = start;
        _labels[start] = label;
        while (depth > 0)
        {
            int i = stack[--depth];
            (int y, int x) = Math.DivRem(i, width);
            box = box.Union(new PixelBox(x, y, x + 1, y + 1));
            area++;
            mass += strength[i];
            for (int dy = -1; dy <= 1; dy++)
            {
                for (int dx = -1; dx <= 1; dx++)
                {
                    int j = i + (dy * width) + dx;
                    if ((uint)(x + dx) < (uint)width && (uint)j < (uint)mask.Length && mask[j] != 0 && _labels[j] == 0)
                    {
                        _labels[j] = label;
                        stack[depth++] = j;
                    }
                }
            }
        }

        return new InkPart(label, box, area, mass);
    }
}

/// <summary>One connected part of the ink.</summary>
/// <param name="Label">Its number, from 1 on.</param>
/// <param name="Box">The pixels it spans.</param>
/// <param name="Area">How many pixels are ink.</param>
/// <param name="Mass">The sum of their strengths.</param>
internal readonly record struct InkPart(int Label, PixelBox Box, int Area, double Mass);
