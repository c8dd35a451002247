using System.Buffers;
using System.Numerics;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>How much each pixel of a picture differs from the paper, in the direction that ink does, and which pixels are ink.</summary>
internal sealed class InkMap : IDisposable
{
    // Below this many steps of 255, or this many times the noise, a difference is not ink.
    private const float LeastContrast = 12;
    private const float LeastContrastToNoise = 4;

    // The mean of what the tails of noise leave above the limits is less than this many times the noise;
    // a small picture has fewer pixels in the tails, and its strokes are taken for noise more easily.
    private const float LeastInkToNoise = 5.5f;
    private const float LeastInkToNoiseIfSmall = 4;
    private const int SmallPicture = 4096;

    // A pixel that differs by more than this from all of its neighbours is dust, or a broken pixel.
    private const float SpeckContrast = 30;

    // Noise beyond this part of the contrast is smoothed before ink is marked.
    private const float MostNoise = 0.07f;

    // No difference of two bytes is as far below zero, so that erased pixels stay known, and count as no ink.
    private const float ErasedStrength = -1000;

    private byte[] _mask;

    private InkMap(Plane strength, Plane paper)
    {
        Strength = strength;
        Paper = paper;
        _mask = ArrayPool<byte>.Shared.Rent(strength.Width * strength.Height);
        Mask.Clear();
    }

    /// <summary>Pixels a row.</summary>
    public int Width => Strength.Width;

    /// <summary>Rows.</summary>
    public int Height => Strength.Height;

    /// <summary>Lightness less the paper's, with the sign that makes ink positive.</summary>
    public Plane Strength { get; }

    /// <summary>The paper's lightness, 0 to 255.</summary>
    public Plane Paper { get; }

    /// <summary>1 where there is ink, else 0.</summary>
    public Span<byte> Mask => _mask.AsSpan(0, Width * Height);

    /// <summary>The strength of full ink; 0 where no ink was found.</summary>
    public float Contrast { get; private set; }

    /// <summary>The standard deviation of the paper's noise.</summary>
    public float Noise { get; private set; }

    /// <summary>Tells ink from paper.</summary>
    /// <param name="picture">Lightness.</param>
    public static InkMap Find(Plane picture)
    {
        picture.RemoveSpecks(SpeckContrast);
        Plane paper = PaperLight.FitSurface(picture);
        var map = new InkMap(new Plane(picture.Width, picture.Height), paper);
        map.Subtract(picture, paper, 1);
        float sign = map.LightInkOutweighsDark(Math.Max(LeastContrast, LeastContrastToNoise * map.Noise)) ? 1 : -1;
        for (int round = 0; round < 2; round++)
        {
            map.MarkBothSides(Math.Max(LeastContrast, 3 * map.Noise));
            PaperLight.Refine(picture, paper, map.Mask);
            map.Subtract(picture, paper, sign);
        }

        map.MarkInk();
        for (int round = 0; round < 2 && map.Noise > MostNoise * map.Contrast; round++)
        {
            // The noise of neighbours is alike once it is smoothed; so much is left of it at least.
            float least = map.Noise * (round == 0 ? 0.375f : 0.73f);
            map.Strength.Smooth();
            map.Noise = Math.Max(least, PaperNoise.Level(map.Strength.Values, map.IsSmall));
            map.MarkInk();
        }

        return map;
    }

    /// <summary>Takes what is marked out of the ink for good, and marks what is ink beside it.</summary>
    public void Discard()
    {
        for (int i = StrengthScan.NextSet(Mask, 0); i < Mask.Length; i = StrengthScan.NextSet(Mask, i + 1))
        {
            Erase(i);
        }

        MarkInk();
    }

    /// <summary>Brings back ink that was taken out, as it was at some time, and marks it.</summary>
    /// <param name="strength">A copy of <see cref="Strength"/> from that time.</param>
    public void Restore(Plane strength)
    {
        strength.Values.CopyTo(Strength.Values);
        MarkInk();
    }

    /// <summary>How many pixels are marked.</summary>
    public int CountInk() => Mask.Count((byte)1);

    /// <summary>Takes one pixel out of the ink for good.</summary>
    public void Erase(int index)
    {
        Mask[index] = 0;
        Strength.Values[index] = ErasedStrength;
    }

    /// <summary>Whether a pixel was taken out of the ink.</summary>
    public bool IsErased(int x, int y) => Strength.Row(y)[x] == ErasedStrength;

    /// <inheritdoc/>
    public void Dispose()
    {
        Strength.Dispose();
        Paper.Dispose();
        byte[] mask = Interlocked.Exchange(ref _mask, []);
        if (mask.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(mask);
        }
    }

    private bool IsSmall => Width * Height < SmallPicture;

    private void Subtract(Plane picture, Plane paper, float sign)
    {
        Span<float> strength = Strength.Values;
        ReadOnlySpan<float> light = picture.Values;
        ReadOnlySpan<float> ground = paper.Values;
        int i = 0;
        for (; i <= strength.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (sign * (new Vector<float>(light[i..]) - new Vector<float>(ground[i..]))).CopyTo(strength[i..]);
        }

        for (; i < strength.Length; i++)
        {
            strength[i] = sign * (light[i] - ground[i]);
        }

        Noise = PaperNoise.Level(Strength.Values, IsSmall);
    }

    private bool LightInkOutweighsDark(float threshold)
    {
        double balance = 0;
        ReadOnlySpan<float> values = Strength.Values;
        for (int i = StrengthScan.NextBeyond(values, 0, threshold); i < values.Length; i = StrengthScan.NextBeyond(values, i + 1, threshold))
        {
            float excess = Math.Abs(values[i]) - threshold;
            balance += Math.Sign(values[i]) * excess * excess;
        }

        return balance > 0;
    }

    private void MarkBothSides(float threshold)
    {
        Span<byte> mask = Mask;
        ReadOnlySpan<float> strength = Strength.Values;
        mask.Clear();
        for (int i = StrengthScan.NextBeyond(strength, 0, threshold); i < mask.Length; i = StrengthScan.NextBeyond(strength, i + 1, threshold))
        {
            mask[i] = 1;
        }
    }

    /// <summary>Marks what is stronger than half of full ink, and what is weaker but hangs together with it.</summary>
    public void MarkInk()
    {
        float least = Math.Max(LeastContrast, LeastContrastToNoise * Noise);
        float split = OtsuThreshold(least);
        double sum = 0;
        int count = 0;
        ReadOnlySpan<float> values = Strength.Values;
        for (int i = StrengthScan.NextAbove(values, 0, split); i < values.Length; i = StrengthScan.NextAbove(values, i + 1, split))
        {
            sum += values[i];
            count++;
        }

        Mask.Clear();
        float leastToNoise = IsSmall ? LeastInkToNoiseIfSmall : LeastInkToNoise;
        if (sum <= count * (double)leastToNoise * Noise)
        {
            Contrast = 0;
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
        ReadOnlySpan<float> values = Strength.Values;
        for (int i = StrengthScan.NextAbove(values, 0, floor); i < values.Length; i = StrengthScan.NextAbove(values, i + 1, floor))
        {
            int bin = (int)Math.Min(511, values[i]);
            histogram[bin]++;
            total++;
            sum += bin;
        }

        double best = 0;
        float threshold = (int)floor;
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

                // What has just the next bin's least value, as pure black on pure white has, lies above.
                threshold = MathF.BitDecrement(bin + 1);
            }
        }

        return threshold;
    }
}
