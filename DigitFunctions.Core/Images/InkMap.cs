using System.Buffers;

namespace DigitFunctions.Core.Images;

/// <summary>How much each pixel of a picture differs from the paper, in the direction that ink does, and which pixels are ink.</summary>
internal sealed class InkMap : IDisposable
{
    // Below this many steps of 255, or this many times the noise, a difference is not ink.
    private const float LeastContrast = 12;
    private const float LeastContrastToNoise = 4;

    private byte[] _mask;

    private InkMap(Plane strength)
    {
        Strength = strength;
        _mask = ArrayPool<byte>.Shared.Rent(strength.Width * strength.Height);
        Mask.Clear();
    }

    /// <summary>Pixels a row.</summary>
    public int Width => Strength.Width;

    /// <summary>Rows.</summary>
    public int Height => Strength.Height;

    /// <summary>Lightness less the paper's, with the sign that makes ink positive.</summary>
    public Plane Strength { get; }

    /// <summary>1 where there is ink, else 0.</summary>
    public Span<byte> Mask => _mask.AsSpan(0, Width * Height);

    /// <summary>The strength of full ink; 0 where no ink was found.</summary>
    public float Contrast { get; private set; }

    /// <summary>Tells ink from paper.</summary>
    /// <param name="picture">Lightness.</param>
    public static InkMap Find(Plane picture)
    {
        using Plane paper = Paper.FitSurface(picture);
        var map = new InkMap(new Plane(picture.Width, picture.Height));
        map.Subtract(picture, paper, 1);
        float noise = map.NoiseLevel();
        float sign = map.LightInkOutweighsDark(Math.Max(LeastContrast, LeastContrastToNoise * noise)) ? 1 : -1;
        for (int round = 0; round < 2; round++)
        {
            map.MarkBothSides(Math.Max(LeastContrast, 3 * noise));
            Paper.Refine(picture, paper, map.Mask);
            map.Subtract(picture, paper, sign);
            noise = map.NoiseLevel();
        }

        map.MarkInk(noise);
        return map;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Strength.Dispose();
        byte[] mask = Interlocked.Exchange(ref _mask, []);
        if (mask.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(mask);
        }
    }

    private void Subtract(Plane picture, Plane paper, float sign)
    {
        for (int i = 0; i < Strength.Values.Length; i++)
        {
            Strength.Values[i] = sign * (picture.Values[i] - paper.Values[i]);
        }
    }

    /// <summary>The standard deviation of the paper, from the median absolute difference, which ink hardly changes.</summary>
    private float NoiseLevel()
    {
        Span<int> histogram = stackalloc int[1024];
        histogram.Clear();
        foreach (float value in Strength.Values)
        {
            histogram[(int)Math.Min(1023, Math.Abs(value) * 4)]++;
        }

        int level = 0;
        for (int sum = histogram[0]; sum <= Strength.Values.Length / 2 && level < 1023; sum += histogram[level])
        {
            level++;
        }

        return 1.4826f * level / 4;
    }

    private bool LightInkOutweighsDark(float threshold)
    {
        double balance = 0;
        foreach (float value in Strength.Values)
        {
            float excess = Math.Abs(value) - threshold;
            balance += excess > 0 ? Math.Sign(value) * excess * excess : 0;
        }

        return balance > 0;
    }

    private void MarkBothSides(float threshold)
    {
        for (int i = 0; i < Mask.Length; i++)
        {
            Mask[i] = Math.Abs(Strength.Values[i]) > threshold ? (byte)1 : (byte)0;
        }
    }

    /// <summary>Marks what is stronger than half of full ink, and what is weaker but hangs together with it.</summary>
    private void MarkInk(float noise)
    {
        float least = Math.Max(LeastContrast, LeastContrastToNoise * noise);
        float split = OtsuThreshold(least);
        double sum = 0;
        int count = 0;
        foreach (float value in Strength.Values)
        {
            if (value > split)
            {
                sum += value;
                count++;
            }
        }

        Mask.Clear();
        if (count == 0)
        {
            return;
        }

        Contrast = (float)(sum / count);
        Hysteresis.Mark(Strength, Math.Max(0.5f * Contrast, least), Math.Max(0.3f * Contrast, 0.75f * least), Mask);
    }

    /// <summary>Otsu's threshold among the values above a floor: what lies below is faint (a ruled line, a blurred edge), what lies above is ink.</summary>
    private float OtsuThreshold(float floor)
    {
        Span<int> histogram = stackalloc int[512];
        histogram.Clear();
        long total = 0;
        double sum = 0;
        foreach (float value in Strength.Values)
        {
            if (value > floor)
            {
                int bin = (int)Math.Min(511, value);
                histogram[bin]++;
                total++;
                sum += bin;
            }
        }

        double best = 0;
        int threshold = (int)floor;
        long below = 0;
        double sumBelow = 0;
        for (int bin = 0; bin < 511; bin++)
        {
            below += histogram[bin];
            sumBelow += (double)bin * histogram[bin];
            if (below == 0 || below == total)
            {
                continue;
            }

            double difference = (sumBelow / below) - ((sum - sumBelow) / (total - below));
            double between = below * (double)(total - below) * difference * difference;
            if (between > best)
            {
                best = between;
                threshold = bin + 1;
            }
        }

        return threshold;
    }
}
