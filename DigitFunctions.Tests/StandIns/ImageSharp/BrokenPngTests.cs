using System.Text;
using DigitFunctions.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>What the package throws for which fault, and what it lets pass.</summary>
public class BrokenPngTests
{
    private static readonly byte[] End = PngWriter.Chunk("IEND", []);

    /// <summary>The rows of a grey picture of 2×2 pixels, 1 2 / 3 4.</summary>
    private static readonly byte[] Rows = [0, 1, 2, 0, 3, 4];

    private static readonly byte[] Data = PngWriter.Chunk("IDAT", PngWriter.Compress(Rows));

    private static byte[] Header => PngWriter.Header(2, 2, 8, 0);

    [Theory]
    [InlineData("no picture at all")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    [InlineData("\u0001")]
    public void What_no_decoder_knows_is_an_unknown_format(string content)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(content);

        Exception exception = Assert.Throws<UnknownImageFormatException>(() => Image.Load<L8>(bytes));

        Assert.StartsWith("Image cannot be loaded. Available decoders:", exception.Message, StringComparison.Ordinal);
        Assert.Contains(" - PNG : PngDecoder", exception.Message, StringComparison.Ordinal);
        Assert.Throws<UnknownImageFormatException>(() => Image.Load(bytes));
        Assert.Throws<UnknownImageFormatException>(() => Image.Identify(bytes));
    }

    [Fact]
    public void Every_prefix_of_a_file_is_refused_or_read_in_part()
    {
        byte[] file = new SamplePicture(2, 8, 9, 9).File;
        for (int length = 1; length < file.Length; length++)
        {
            byte[] prefix = file[..length];
            Exception? exception = Record.Exception(() => Image.Load<Rgb24>(prefix).Dispose());

            Assert.True(exception is null or ImageFormatException, $"{length} bytes: {exception}");
        }
    }

    [Theory]
    [InlineData("IHDR", 0)]
    [InlineData("IDAT", 1)]
    public void A_wrong_checksum_in_a_critical_chunk_is_an_error(string type, int index)
    {
        List<byte[]> chunks = [Header, [.. Data], End];
        chunks[index][^1] ^= 1;
        byte[] file = PngWriter.File(chunks);

        Assert.Equal(
            $"CRC Error. PNG {type} chunk is corrupt!",
            Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Fact]
    public void A_wrong_checksum_in_the_palette_is_an_error()
    {
        byte[] file = PngWriter.File(PngWriter.Header(2, 2, 8, 3), PngWriter.Chunk("PLTE", [1, 2, 3], crc: 5), Data, End);

        Assert.Contains("PLTE", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Fact]
    public void A_wrong_checksum_in_a_later_data_chunk_is_an_error()
    {
        byte[] compressed = PngWriter.Compress(Rows);
        byte[] file = PngWriter.File(
            Header, PngWriter.Chunk("IDAT", compressed.AsSpan(0, 4)), PngWriter.Chunk("IDAT", compressed.AsSpan(4), crc: 5), End);

        Assert.Contains("IDAT", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Fact]
    public void A_wrong_checksum_in_any_other_chunk_is_ignored()
    {
        byte[] file = PngWriter.File(
            Header,
            PngWriter.Chunk("gAMA", [0, 0, 0, 1], crc: 5),
            PngWriter.Chunk("tRNS", [0, 1], crc: 5),
            Data,
            PngWriter.Chunk("IEND", [], crc: 5));

        Assert.Equal([1, 2, 3, 4], Grey(file));
    }

    [Theory]
    [InlineData(7, 0, 0, 0, "bit depth")]
    [InlineData(16, 3, 0, 0, "bit depth")]
    [InlineData(4, 2, 0, 0, "bit depth")]
    [InlineData(8, 1, 0, 0, "color type")]
    [InlineData(8, 5, 0, 0, "color type")]
    [InlineData(8, 0, 1, 0, "filter method")]
    [InlineData(8, 0, 0, 2, "interlace method")]
    public void A_header_value_that_there_is_not_is_not_supported(int bitDepth, int colorType, int filter, int interlace, string what)
    {
        byte[] file = PngWriter.File(PngWriter.Header(2, 2, bitDepth, colorType, filter, interlace), Data, End);

        Assert.Contains(what, Assert.Throws<NotSupportedException>(() => Image.Load<L8>(file)).Message);
        Assert.Contains(what, Assert.Throws<NotSupportedException>(() => Image.Identify(file)).Message);
    }

    [Fact]
    public void A_second_header_is_an_error()
    {
        byte[] file = PngWriter.File(Header, Header, Data, End);

        Assert.Contains("header chunk", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Fact]
    public void A_file_without_pixels_is_an_error()
    {
        byte[] file = PngWriter.File(Header, End, Data);

        Assert.Equal(
            "PNG Image does not contain a data chunk.",
            Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Fact]
    public void Palette_indices_without_a_palette_are_an_error()
    {
        byte[] file = PngWriter.File(PngWriter.Header(2, 2, 8, 3), Data, End);

        Assert.Contains("palette", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Fact]
    public void Apples_own_variant_is_an_error()
    {
        byte[] file = PngWriter.File(PngWriter.Chunk("CgBI", [0, 0, 0, 0]), Header, Data, End);

        Assert.Contains("Apple", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(255)]
    public void A_filter_that_there_is_not_is_an_error(byte filter)
    {
        byte[] file = PngWriter.File(Header, PngWriter.Chunk("IDAT", PngWriter.Compress([0, 1, 2, filter, 3, 4])), End);

        Assert.Equal("Unknown filter type.", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
    }

    [Theory]
    [InlineData(0x77)]
    [InlineData(0x00)]
    [InlineData(0x88)]
    public void Pixels_without_a_zlib_header_are_an_error(byte method)
    {
        byte[] compressed = PngWriter.Compress(Rows);
        compressed[0] = method;
        byte[] file = PngWriter.File(Header, PngWriter.Chunk("IDAT", compressed), End);

        Assert.Contains("ZLIB header", Assert.Throws<ImageFormatException>(() => Image.Load<L8>(file)).Message);
    }

    [Fact]
    public void Pixels_that_are_no_deflate_stream_are_invalid_data()
    {
        // Block type 3 is reserved (RFC 1951, section 3.2.3).
        byte[] file = PngWriter.File(Header, PngWriter.Chunk("IDAT", [0x78, 0x9C, 0x07, 1, 2, 3]), End);

        Assert.Throws<InvalidDataException>(() => Image.Load<L8>(file));
    }

    [Fact]
    public void A_wrong_checksum_behind_the_pixels_is_ignored()
    {
        byte[] compressed = PngWriter.Compress(Rows);
        compressed[^1] ^= 1;

        Assert.Equal([1, 2, 3, 4], Grey(PngWriter.File(Header, PngWriter.Chunk("IDAT", compressed), End)));
    }

    [Fact]
    public void Rows_that_the_data_does_not_reach_stay_zero()
    {
        byte[] file = PngWriter.File(Header, PngWriter.Chunk("IDAT", PngWriter.Compress([0, 1, 2, 0, 3])), End);

        Assert.Equal([1, 2, 0, 0], Grey(file));
    }

    [Fact]
    public void What_follows_the_last_chunk_is_ignored()
    {
        Assert.Equal([1, 2, 3, 4], Grey([.. PngWriter.File(Header, Data, End), .. "anything"u8]));
        Assert.Equal([1, 2, 3, 4], Grey(PngWriter.File(Header, Data)));
    }

    [Fact]
    public void More_data_than_the_rows_need_is_not_read()
    {
        byte[] file = PngWriter.File(Header, PngWriter.Chunk("IDAT", PngWriter.Compress([.. Rows, .. new byte[4000]])), End);

        Assert.Equal([1, 2, 3, 4], Grey(file));
    }

    [Theory]
    [InlineData(int.MaxValue, 1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    [InlineData(1 << 20, 1 << 20)]
    public void A_size_beyond_the_default_limit_is_refused_before_it_is_allocated(int width, int height)
    {
        byte[] file = PngWriter.File(PngWriter.Header((uint)width, (uint)height, 8, 0), Data, End);

        Exception exception = Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file));

        Assert.Contains($"degenerate dimensions: {width}x{height}", exception.Message);
        Assert.IsType<InvalidMemoryOperationException>(exception.InnerException);
    }

    [Fact]
    public void The_limit_can_be_set()
    {
        Configuration configuration = Configuration.Default.Clone();
        configuration.MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = 1 });
        DecoderOptions options = new() { Configuration = configuration };
        byte[] file = PngWriter.File(PngWriter.Header(2000, 1000, 8, 0), Data, End);

        Assert.Contains(
            "2000x1000", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(options, file)).Message);
    }

    private static byte[] Grey(byte[] file)
    {
        using Image<L8> image = Image.Load<L8>(file);
        byte[] pixels = new byte[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);
        return pixels;
    }
}
