using DigitFunctions.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>What the package decodes a PNG to, and so must the stand-in.</summary>
public class PngDecodingTests
{
    [Theory]
    [MemberData(nameof(SamplePicture.ColorTypesAndDepths), MemberType = typeof(SamplePicture))]
    public void Every_colour_type_and_depth_decodes_with_every_filter(int colorType, int bitDepth)
    {
        for (int filter = PngWriter.MixedFilters; filter <= 4; filter++)
        {
            foreach (int width in (int[])[1, 2, 3, 7, 8, 13, 28, 65])
            {
                Check(new SamplePicture(colorType, bitDepth, width, height: 9, filter: filter));
            }
        }
    }

    // The package misplaces rows of interlaced pictures less than five pixels wide, which have passes without columns.
    [Theory]
    [MemberData(nameof(SamplePicture.ColorTypesAndDepths), MemberType = typeof(SamplePicture))]
    public void Every_colour_type_and_depth_decodes_interlaced(int colorType, int bitDepth)
    {
        foreach (int width in (int[])[5, 6, 8, 9, 17, 28, 33])
        {
            foreach (int height in (int[])[1, 2, 3, 4, 5, 8, 9, 28])
            {
                Check(new SamplePicture(colorType, bitDepth, width, height, interlaced: true));
            }
        }
    }

    [Theory]
    [InlineData(0, 1, typeof(L8))]
    [InlineData(0, 8, typeof(L8))]
    [InlineData(0, 16, typeof(L16))]
    [InlineData(2, 8, typeof(Rgb24))]
    [InlineData(2, 16, typeof(Rgb48))]
    [InlineData(3, 4, typeof(Rgba32))]
    [InlineData(4, 8, typeof(La16))]
    [InlineData(4, 16, typeof(La32))]
    [InlineData(6, 8, typeof(Rgba32))]
    [InlineData(6, 16, typeof(Rgba64))]
    public void Without_a_pixel_type_the_nearest_one_is_chosen(int colorType, int bitDepth, Type pixelType)
    {
        SamplePicture picture = new(colorType, bitDepth, 6, 5);

        using Image image = Image.Load(picture.File);

        Assert.Equal(typeof(Image<>).MakeGenericType(pixelType), image.GetType());
        Assert.Equal((6, 5), (image.Width, image.Height));
        Assert.Equal("PNG", image.Metadata.DecodedImageFormat!.Name);
    }

    [Theory]
    [InlineData(0, 8, typeof(La16))]
    [InlineData(0, 16, typeof(La32))]
    [InlineData(2, 8, typeof(Rgba32))]
    [InlineData(2, 16, typeof(Rgba64))]
    public void A_transparent_colour_adds_alpha_to_the_chosen_pixel_type(int colorType, int bitDepth, Type pixelType)
    {
        PngWriter writer = new(2, 1) { ColorType = colorType, BitDepth = bitDepth, Transparency = [0, 7, 0, 7, 0, 7] };

        using Image image = Image.Load(writer.Write(new ushort[2 * writer.Channels]));

        Assert.Equal(typeof(Image<>).MakeGenericType(pixelType), image.GetType());
    }

    [Fact]
    public void Pixels_are_read_by_row_by_index_and_as_a_whole()
    {
        byte[] grey = [1, 2, 3, 4, 5, 6];
        using Image<L8> image = Image.Load<L8>(PngWriter.Grey(3, 2, grey));

        byte[] rows = new byte[6];
        image.ProcessPixelRows(accessor =>
        {
            Assert.Equal((3, 2), (accessor.Width, accessor.Height));
            for (int y = 0; y < accessor.Height; y++)
            {
                Span<L8> row = accessor.GetRowSpan(y);
                for (int x = 0; x < row.Length; x++)
                {
                    rows[(y * 3) + x] = row[x].PackedValue;
                }
            }
        });
        byte[] copied = new byte[6];
        image.CopyPixelDataTo(copied);

        Assert.Equal(grey, rows);
        Assert.Equal(grey, copied);
        Assert.Equal(6, image[2, 1].PackedValue);
        Assert.Equal(1, image.Frames.Count);
        Assert.True(image.DangerousTryGetSinglePixelMemory(out Memory<L8> memory));
        Assert.Equal(4, memory.Span[3].PackedValue);
    }

    [Fact]
    public void A_picture_of_many_megabytes_is_not_one_piece_of_memory()
    {
        ushort[] samples = new ushort[800 * 700];
        samples[^1] = 200;
        byte[] file = new PngWriter(800, 700) { Filter = 0 }.Write(samples);

        using Image<Rgba64> image = Image.Load<Rgba64>(file);
        Rgba64[] copied = new Rgba64[samples.Length];
        image.CopyPixelDataTo(copied);

        Assert.False(image.DangerousTryGetSinglePixelMemory(out _));
        Assert.Equal(200 * 257, image[799, 699].R);
        Assert.Equal(200 * 257, copied[^1].G);
        Assert.True(copied.AsSpan(0, samples.Length - 1).IndexOfAnyExcept(new Rgba64(0, 0, 0, ushort.MaxValue)) < 0);
    }

    [Fact]
    public void A_disposed_picture_refuses_to_be_read()
    {
        Image<L8> image = Image.Load<L8>(PngWriter.Grey(1, 1, [9]));
        image.Dispose();
        image.Dispose();

        Assert.Throws<ObjectDisposedException>(() => image.ProcessPixelRows(_ => { }));
    }

    private static void Check(SamplePicture picture)
    {
        using Image<Rgba64> image = Image.Load<Rgba64>(picture.File);
        Rgba64[] pixels = new Rgba64[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);

        Assert.Equal(picture.Pixels, pixels);
    }
}
