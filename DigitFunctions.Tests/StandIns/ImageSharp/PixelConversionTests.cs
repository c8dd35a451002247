using DigitFunctions.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>The arithmetic from the file's samples to the pixel type that was asked for.</summary>
public class PixelConversionTests
{
    [Fact]
    public void Sixteen_bits_become_eight_by_rounding_to_the_nearest()
    {
        ushort[] all = [.. Enumerable.Range(0, 65536).Select(value => (ushort)value)];
        L8[] pixels = Decode<L8>(new PngWriter(256, 256) { BitDepth = 16 }.Write(all));

        Assert.Equal(all.Select(value => (byte)Math.Round(value / 257.0)), pixels.Select(pixel => pixel.PackedValue));
    }

    [Fact]
    public void Eight_bits_become_sixteen_by_repetition()
    {
        L16[] pixels = Decode<L16>(PngWriter.Grey(3, 1, [0, 128, 255]));

        Assert.Equal([0, 0x8080, 0xFFFF], pixels.Select(pixel => (int)pixel.PackedValue));
    }

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 255)]
    [InlineData(2, 1, 85)]
    [InlineData(2, 2, 170)]
    [InlineData(4, 1, 17)]
    [InlineData(4, 14, 238)]
    public void Fewer_bits_are_spread_over_the_whole_range(int bitDepth, ushort sample, byte expected)
    {
        L8[] pixels = Decode<L8>(new PngWriter(1, 1) { BitDepth = bitDepth }.Write([sample]));

        Assert.Equal(expected, pixels[0].PackedValue);
    }

    // Written out from 0.2126 R + 0.7152 G + 0.0722 B, rounded half up.
    [Theory]
    [InlineData(255, 255, 255, 255)]
    [InlineData(255, 0, 0, 54)]
    [InlineData(0, 255, 0, 182)]
    [InlineData(0, 0, 255, 18)]
    [InlineData(10, 200, 30, 147)]
    [InlineData(1, 2, 3, 2)]
    public void Colour_becomes_grey_by_the_weights_of_BT_709(byte r, byte g, byte b, byte grey)
    {
        L8[] plain = Decode<L8>(PngWriter.Rgb(1, 1, [r, g, b]));
        La16[] withAlpha = Decode<La16>(new PngWriter(1, 1) { ColorType = 6 }.Write([r, g, b, 99]));
        L8[] palette = Decode<L8>(new PngWriter(1, 1) { ColorType = 3, Palette = [r, g, b] }.Write([0]));
        L8[] wide = Decode<L8>(
            new PngWriter(1, 1) { ColorType = 2, BitDepth = 16 }.Write([(ushort)(r * 257), (ushort)(g * 257), (ushort)(b * 257)]));

        Assert.Equal(grey, plain[0].PackedValue);
        Assert.Equal(new La16(grey, 99), withAlpha[0]);
        Assert.Equal(grey, palette[0].PackedValue);
        Assert.Equal(grey, wide[0].PackedValue);
    }

    [Fact]
    public void Alpha_is_dropped_and_nothing_is_blended_where_the_pixel_type_has_none()
    {
        byte[] file = new PngWriter(2, 1) { ColorType = 6 }.Write([10, 20, 30, 0, 40, 50, 60, 128]);

        Assert.Equal([new Rgb24(10, 20, 30), new Rgb24(40, 50, 60)], Decode<Rgb24>(file));
    }

    [Fact]
    public void Every_pixel_type_takes_every_source()
    {
        byte[] file = new PngWriter(1, 1) { ColorType = 6, BitDepth = 16 }.Write([0x1000, 0x2000, 0x3000, 0x8000]);

        // 0x1000 / 257 = 15.94, 0x2000 / 257 = 31.88, 0x3000 / 257 = 47.81, 0x8000 / 257 = 127.502.
        Assert.Equal(new Rgba32(16, 32, 48, 128), Decode<Rgba32>(file)[0]);
        Assert.Equal(new Rgb24(16, 32, 48), Decode<Rgb24>(file)[0]);
        Assert.Equal(new Rgb48(0x1000, 0x2000, 0x3000), Decode<Rgb48>(file)[0]);
        Assert.Equal(new Rgba64(0x1000, 0x2000, 0x3000, 0x8000), Decode<Rgba64>(file)[0]);
        Assert.Equal(new L16(7617), Decode<L16>(file)[0]);
        Assert.Equal(new La32(7617, 0x8000), Decode<La32>(file)[0]);
        Assert.Equal(new L8(30), Decode<L8>(file)[0]);
        Assert.Equal(new La16(30, 128), Decode<La16>(file)[0]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 9)]
    [InlineData(8, 200)]
    public void A_transparent_grey_is_compared_before_it_is_scaled(int bitDepth, byte transparent)
    {
        int scale = 255 / ((1 << bitDepth) - 1);
        byte[] file = new PngWriter(2, 1) { BitDepth = bitDepth, Transparency = [0, transparent] }.Write([transparent, 0]);

        Assert.Equal([new La16((byte)(transparent * scale), 0), new La16(0, 255)], Decode<La16>(file));
    }

    [Fact]
    public void A_transparent_grey_of_16_bits_hides_its_pixels()
    {
        byte[] file = new PngWriter(2, 1) { BitDepth = 16, Transparency = [0x42, 0x42] }.Write([0x4242, 0x4243]);

        Assert.Equal([new La32(0x4242, 0), new La32(0x4243, 65535)], Decode<La32>(file));
    }

    [Fact]
    public void A_transparent_colour_hides_its_pixels()
    {
        byte[] narrow = new PngWriter(2, 1) { ColorType = 2, Transparency = [0, 1, 0, 2, 0, 3] }.Write([1, 2, 3, 1, 2, 4]);
        byte[] wide = new PngWriter(2, 1) { ColorType = 2, BitDepth = 16, Transparency = [1, 1, 2, 2, 3, 3] }
            .Write([0x101, 0x202, 0x303, 0x101, 0x202, 0x304]);

        Assert.Equal([new Rgba32(1, 2, 3, 0), new Rgba32(1, 2, 4, 255)], Decode<Rgba32>(narrow));
        Assert.Equal([new Rgba64(0x101, 0x202, 0x303, 0), new Rgba64(0x101, 0x202, 0x304, 65535)], Decode<Rgba64>(wide));
    }

    [Fact]
    public void Palette_entries_take_their_alpha_and_an_index_beyond_them_means_the_last()
    {
        PngWriter writer = new(4, 1)
        {
            ColorType = 3,
            BitDepth = 4,
            Palette = [10, 20, 30, 40, 50, 60, 70, 80, 90],
            Transparency = [0, 77],
        };

        Assert.Equal(
            [new Rgba32(10, 20, 30, 0), new Rgba32(40, 50, 60, 77), new Rgba32(70, 80, 90, 255), new Rgba32(70, 80, 90, 255)],
            Decode<Rgba32>(writer.Write([0, 1, 2, 15])));
    }

    private static TPixel[] Decode<TPixel>(byte[] file)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using Image<TPixel> image = Image.Load<TPixel>(file);
        TPixel[] pixels = new TPixel[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }
}
