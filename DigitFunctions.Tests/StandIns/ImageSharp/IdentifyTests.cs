using DigitFunctions.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

public class IdentifyTests
{
    [Theory]
    [MemberData(nameof(SamplePicture.ColorTypesAndDepths), MemberType = typeof(SamplePicture))]
    public void The_header_is_told_without_decoding(int colorType, int bitDepth)
    {
        ImageInfo info = Image.Identify(new SamplePicture(colorType, bitDepth, 17, 9, interlaced: true).File);

        Assert.Equal((17, 9), (info.Width, info.Height));
        Assert.Equal(new Size(17, 9), info.Size);
        int channels = colorType switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        Assert.Equal(channels * bitDepth, info.PixelType.BitsPerPixel);
        Assert.Equal("image/png", info.Metadata.DecodedImageFormat!.DefaultMimeType);
        PngMetadata png = info.Metadata.GetPngMetadata();
        Assert.Equal((PngColorType)colorType, png.ColorType);
        Assert.Equal((PngBitDepth)bitDepth, png.BitDepth);
        Assert.Equal(PngInterlaceMode.Adam7, png.InterlaceMethod);
        Assert.Null(png.TransparentColor);
    }

    [Fact]
    public void The_transparent_colour_is_told_as_the_file_holds_it()
    {
        PngWriter grey = new(1, 1) { BitDepth = 4, Transparency = [0, 9] };
        PngWriter rgb = new(1, 1) { ColorType = 2, Transparency = [0, 1, 0, 2, 0, 3] };

        Assert.Equal(Color.FromPixel(new L8(9)), Image.Identify(grey.Write([0])).Metadata.GetPngMetadata().TransparentColor);
        Assert.Equal(Color.FromPixel(new Rgb24(1, 2, 3)), Image.Identify(rgb.Write([0, 0, 0])).Metadata.GetPngMetadata().TransparentColor);
    }

    [Fact]
    public void The_palette_is_told_with_its_alpha()
    {
        PngWriter writer = new(1, 1) { ColorType = 3, Palette = [1, 2, 3, 4, 5, 6], Transparency = [70] };

        ReadOnlyMemory<Color>? table = Image.Identify(writer.Write([0])).Metadata.GetPngMetadata().ColorTable;

        Assert.Equal(
            [new Rgba32(1, 2, 3, 70), new Rgba32(4, 5, 6, 255)],
            table!.Value.ToArray().Select(color => color.ToPixel<Rgba32>()));
    }

    [Fact]
    public void A_header_may_promise_any_size()
    {
        byte[] file = PngWriter.File(
            PngWriter.Header(int.MaxValue, int.MaxValue, 16, 6), PngWriter.Chunk("IDAT", PngWriter.Compress([0])), PngWriter.Chunk("IEND", []));

        ImageInfo info = Image.Identify(new DecoderOptions { MaxFrames = 1, SkipMetadata = true }, file);

        Assert.Equal((int.MaxValue, int.MaxValue), (info.Width, info.Height));
    }

    [Fact]
    public void A_size_beyond_31_bits_is_told_as_negative()
    {
        byte[] file = PngWriter.File(PngWriter.Header(uint.MaxValue, 1, 8, 0), PngWriter.Chunk("IEND", []));

        Assert.Equal(-1, Image.Identify(file).Width);
    }

    [Fact]
    public void Without_a_header_or_a_size_there_is_nothing_to_tell()
    {
        byte[] none = PngWriter.File(PngWriter.Chunk("gAMA", [0, 0, 0, 1]), PngWriter.Chunk("IEND", []));
        byte[] noSize = PngWriter.File(PngWriter.Header(0, 0, 8, 0), PngWriter.Chunk("IEND", []));

        Assert.Contains("header chunk", Assert.Throws<InvalidImageContentException>(() => Image.Identify(none)).Message);
        Assert.Contains("header chunk", Assert.Throws<InvalidImageContentException>(() => Image.Identify(noSize)).Message);
    }
}
