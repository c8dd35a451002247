using DigitFunctions.Tests.Images;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>A picture of seeded noise in one of PNG's colour types and depths, with the pixels that it must decode to.</summary>
internal sealed class SamplePicture
{
    private readonly PngWriter writer;

    public SamplePicture(int colorType, int bitDepth, int width, int height, bool interlaced = false, int filter = PngWriter.MixedFilters)
    {
        Random random = new((colorType << 16) ^ (bitDepth << 8) ^ (width * 7919) ^ height);
        byte[]? palette = null;
        if (colorType == 3)
        {
            palette = new byte[3 << bitDepth];
            random.NextBytes(palette);
        }

        writer = new PngWriter(width, height)
        {
            ColorType = colorType,
            BitDepth = bitDepth,
            Interlaced = interlaced,
            Filter = filter,
            Palette = palette,
            MaxDataChunk = 37,
        };
        Samples = new ushort[width * height * writer.Channels];
        for (int i = 0; i < Samples.Length; i++)
        {
            // Smooth stretches beside noise, so that every branch of the Paeth filter is met.
            Samples[i] = (ushort)(i % 11 < 5 && i > 4 ? Samples[i - 4] : random.Next(1 << bitDepth));
        }
    }

    public static TheoryData<int, int> ColorTypesAndDepths => new()
    {
        { 0, 1 }, { 0, 2 }, { 0, 4 }, { 0, 8 }, { 0, 16 },
        { 2, 8 }, { 2, 16 },
        { 3, 1 }, { 3, 2 }, { 3, 4 }, { 3, 8 },
        { 4, 8 }, { 4, 16 },
        { 6, 8 }, { 6, 16 },
    };

    public ushort[] Samples { get; }

    public byte[] File => writer.Write(Samples);

    public List<byte[]> Chunks => writer.Chunks(Samples);

    /// <summary>What the specification says the pixels are, with 16 bits a component.</summary>
    public Rgba64[] Pixels
    {
        get
        {
            int channels = writer.Channels;
            Rgba64[] pixels = new Rgba64[Samples.Length / channels];
            for (int i = 0; i < pixels.Length; i++)
            {
                ReadOnlySpan<ushort> s = Samples.AsSpan(i * channels, channels);
                pixels[i] = writer.ColorType switch
                {
                    0 => new Rgba64(Full(s[0]), Full(s[0]), Full(s[0]), ushort.MaxValue),
                    2 => new Rgba64(Full(s[0]), Full(s[1]), Full(s[2]), ushort.MaxValue),
                    3 => PaletteEntry(s[0]),
                    4 => new Rgba64(Full(s[0]), Full(s[0]), Full(s[0]), Full(s[1])),
                    _ => new Rgba64(Full(s[0]), Full(s[1]), Full(s[2]), Full(s[3])),
                };
            }

            return pixels;
        }
    }

    private ushort Full(ushort sample) => (ushort)(sample * (65535 / ((1 << writer.BitDepth) - 1)));

    private Rgba64 PaletteEntry(ushort index)
    {
        byte[] palette = writer.Palette!;
        return new Rgba64(
            (ushort)(palette[3 * index] * 257),
            (ushort)(palette[(3 * index) + 1] * 257),
            (ushort)(palette[(3 * index) + 2] * 257),
            ushort.MaxValue);
    }
}
