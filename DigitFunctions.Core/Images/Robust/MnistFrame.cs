using System.Buffers;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>MNIST's frame: the ink fits into 20×20 pixels, keeping its aspect, and its centre of mass lies at the centre of 28×28.</summary>
internal static class MnistFrame
{
    private const int Side = ImageTransform.Side;
    private const int InkSide = 20;

    // MNIST's centres of mass lie between 14 and 15 from the left and upper edges: at the centre of the fifteenth pixel, to half a pixel.
    private const double Centre = 14.5;

    // MNIST's darkest pixels are saturated; ink that was blurred or thin is stretched up to this much.
    private const float MostGain = 3;

    /// <summary>Recognises a picture that already is such a frame, light on dark or dark on light, and copies it as it stands.</summary>
    /// <param name="picture">28×28 values, 0 to 255.</param>
    /// <param name="tensor">784 floats that receive the frame, where it is one.</param>
    public static bool TryCopy(ReadOnlySpan<byte> picture, Span<float> tensor)
    {
        int ground = GroundOf(picture);
        if (ground < 0)
        {
            return false;
        }

        double mass = 0, momentX = 0, momentY = 0;
        var box = new PixelBox(Side, Side, 0, 0);
        for (int i = 0; i < picture.Length; i++)
        {
            int ink = Math.Abs(picture[i] - ground);
            (int y, int x) = Math.DivRem(i, Side);
            mass += ink;
            momentX += ink * (x + 0.5);
            momentY += ink * (y + 0.5);
            box = ink > 0 ? box.Union(new PixelBox(x, y, x + 1, y + 1)) : box;
        }

        bool isFrame = mass > 0 && box.LongSide is InkSide or InkSide - 1
            && Math.Abs((momentX / mass) - Centre) < 0.6 && Math.Abs((momentY / mass) - Centre) < 0.6;
        for (int i = 0; isFrame && i < picture.Length; i++)
        {
            tensor[i] = Math.Abs(picture[i] - ground) / 255f;
        }

        return isFrame;
    }

    /// <summary>Frames the ink of a map.</summary>
    /// <param name="map">The ink; its mask holds the digit and nothing else.</param>
    /// <param name="box">The pixels that the digit spans.</param>
    /// <param name="tensor">784 floats that receive the frame.</param>
    public static void Fit(InkMap map, PixelBox box, Span<float> tensor)
    {
        using var ink = new Plane(box.Width, box.Height);
        CopyInk(map, box, ink);
        double scale = (double)InkSide / box.LongSide;
        int width = Math.Clamp((int)Math.Round(box.Width * scale), 1, InkSide);
        int height = Math.Clamp((int)Math.Round(box.Height * scale), 1, InkSide);
        using Plane small = AreaResize.Resize(ink, width, height);
        Stretch(small.Values);
        Place(small, tensor);
    }

    /// <summary>0 or 255, whichever most of the outermost pixels are; -1 where they are something else. Ink may reach the edge.</summary>
    private static int GroundOf(ReadOnlySpan<byte> picture)
    {
        int black = 0, white = 0;
        for (int i = 0; i < Side; i++)
        {
            foreach (byte value in (ReadOnlySpan<byte>)[picture[i], picture[((Side - 1) * Side) + i], picture[i * Side], picture[(i * Side) + Side - 1]])
            {
                black += value == 0 ? 1 : 0;
                white += value == 255 ? 1 : 0;
            }
        }

        const int Most = 4 * Side * 3 / 4;
        return black >= Most ? 0 : white >= Most ? 255 : -1;
    }

    /// <summary>Strength over full strength, with what lies one pixel outside of the mask, where the edges fade out.</summary>
    private static void CopyInk(InkMap map, PixelBox box, Plane ink)
    {
        Span<byte> mask = map.Mask;
        byte[] pooled = ArrayPool<byte>.Shared.Rent(ink.Width + 2);

        // Whether there is ink in a column of three rows; one column more on either side.
        Span<byte> columns = pooled.AsSpan(0, ink.Width + 2);
        int first = Math.Max(0, box.Left - 1);
        int last = Math.Min(map.Width, box.Right + 1);
        for (int y = 0; y < ink.Height; y++)
        {
            columns.Clear();
            Span<byte> inside = columns.Slice(first - box.Left + 1, last - first);
            for (int v = Math.Max(0, box.Top + y - 1); v <= Math.Min(map.Height - 1, box.Top + y + 1); v++)
            {
                ReadOnlySpan<byte> source = mask.Slice((v * map.Width) + first, inside.Length);
                for (int x = 0; x < inside.Length; x++)
                {
                    inside[x] |= source[x];
                }
            }

            Span<float> row = ink.Row(y);
            ReadOnlySpan<float> strength = map.Strength.Row(box.Top + y).Slice(box.Left, box.Width);
            for (int x = 0; x < row.Length; x++)
            {
                bool isBesideInk = (columns[x] | columns[x + 1] | columns[x + 2]) != 0;
                row[x] = isBesideInk && strength[x] > 0 ? Math.Min(1, strength[x] / map.Contrast) : 0;
            }
        }

        ArrayPool<byte>.Shared.Return(pooled);
    }

    /// <summary>Makes the strongest tenth of the ink full.</summary>
    private static void Stretch(Span<float> values)
    {
        Span<float> sorted = stackalloc float[InkSide * InkSide];
        int count = 0;
        foreach (float value in values)
        {
            if (value > 0.05f)
            {
                sorted[count++] = value;
            }
        }

        if (count == 0)
        {
            return;
        }

        sorted[..count].Sort();
        float gain = Math.Clamp(1 / sorted[count - 1 - (count / 5)], 1, MostGain);
        foreach (ref float value in values)
        {
            value = Math.Min(1, value * gain);
        }
    }

    private static void Place(Plane small, Span<float> tensor)
    {
        double mass = 0, momentX = 0, momentY = 0;
        for (int y = 0; y < small.Height; y++)
        {
            for (int x = 0; x < small.Width; x++)
            {
                float value = small.Row(y)[x];
                mass += value;
                momentX += value * (x + 0.5);
                momentY += value * (y + 0.5);
            }
        }

        int left = Math.Clamp((int)Math.Round(Centre - (momentX / mass)), 0, Side - small.Width);
        int top = Math.Clamp((int)Math.Round(Centre - (momentY / mass)), 0, Side - small.Height);
        tensor.Clear();
        for (int y = 0; y < small.Height; y++)
        {
            small.Row(y).CopyTo(tensor[(((top + y) * Side) + left)..]);
        }
    }
}
