using System.Diagnostics;
using DigitFunctions.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>Where the stand-in differs from the package: it follows the specification, and bad input never shows as a programming
/// error.</summary>
public class StandInOnlyTests
{
    private static readonly byte[] End = PngWriter.Chunk("IEND", []);

    [StandInFact]
    public void Interlaced_pictures_of_fewer_than_five_columns_decode()
    {
        for (int width = 1; width <= 4; width++)
        {
            for (int height = 1; height <= 9; height++)
            {
                SamplePicture picture = new(2, 8, width, height, interlaced: true);
                using Image<Rgba64> image = Image.Load<Rgba64>(picture.File);
                Rgba64[] pixels = new Rgba64[width * height];
                image.CopyPixelDataTo(pixels);

                Assert.Equal(picture.Pixels, pixels);
            }
        }
    }

    [StandInFact]
    public void A_transparent_sample_of_16_bits_is_read_high_byte_first()
    {
        byte[] grey = new PngWriter(2, 1) { BitDepth = 16, Transparency = [1, 2] }.Write([0x0102, 0x0201]);
        using Image<La32> image = Image.Load<La32>(grey);

        Assert.Equal((0, ushort.MaxValue), (image[0, 0].A, image[1, 0].A));
    }

    [StandInFact]
    public void A_short_transparency_beside_a_suggested_palette_is_no_fault()
    {
        PngWriter writer = new(1, 1) { ColorType = 2, Palette = [1, 2, 3], Transparency = [0, 9, 0, 9, 0, 9] };
        using Image<Rgba32> image = Image.Load<Rgba32>(writer.Write([9, 9, 9]));

        Assert.Equal(0, image[0, 0].A);
    }

    [StandInFact]
    public void An_empty_data_chunk_before_the_pixels_is_no_fault()
    {
        List<byte[]> chunks = new SamplePicture(0, 8, 5, 5).Chunks;
        chunks.Insert(1, PngWriter.Chunk("IDAT", []));
        using Image image = Image.Load(PngWriter.File(chunks));

        Assert.Equal(5, image.Width);
    }

    [StandInFact]
    public void Nothing_at_all_is_an_unknown_format()
    {
        Assert.Throws<UnknownImageFormatException>(() => Image.Load<L8>([]));
        Assert.Throws<UnknownImageFormatException>(() => Image.Identify([]));
    }

    [StandInFact]
    public void A_picture_without_pixels_is_invalid_content()
    {
        byte[] data = PngWriter.Chunk("IDAT", PngWriter.Compress([0, 0]));
        foreach ((uint width, uint height) in ((uint, uint)[])[(0, 1), (1, 0), (0, 0), (uint.MaxValue, 1), (1, 0x80000000)])
        {
            byte[] file = PngWriter.File(PngWriter.Header(width, height, 8, 0), data, End);

            Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file));
        }

        Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(PngWriter.File(data, End)));
        Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(PngWriter.File(PngWriter.Chunk("IHDR", [0, 0]), data, End)));
    }

    [StandInFact]
    public void More_alpha_than_palette_is_invalid_content()
    {
        byte[] file = new PngWriter(1, 1) { ColorType = 3, Palette = [1, 2, 3], Transparency = [1, 2] }.Write([0]);

        Assert.Contains("palette", Assert.Throws<InvalidImageContentException>(() => Image.Load<L8>(file)).Message);
        Assert.Contains("palette", Assert.Throws<InvalidImageContentException>(() => Image.Identify(file)).Message);
    }

    [StandInFact]
    public void Identify_looks_at_nothing_behind_the_header_chunks()
    {
        byte[] file = PngWriter.File(PngWriter.Header(28, 28, 8, 0), PngWriter.Chunk("IDAT", [1, 2, 3], crc: 5));

        Assert.Equal(28, Image.Identify(file).Width);
    }

    [StandInFact]
    public void A_promise_of_many_pixels_costs_no_memory()
    {
        byte[] file = PngWriter.File(PngWriter.Header(65000, 65000, 8, 0), PngWriter.Chunk("IDAT", PngWriter.Compress([0, 1])), End);

        long before = GC.GetAllocatedBytesForCurrentThread();
        using Image<L8> image = Image.Load<L8>(file);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(65000, image.Height);
        Assert.InRange(allocated, 0, 1 << 20);
    }

    [StandInFact]
    public void A_bomb_in_the_data_stops_when_the_rows_are_full()
    {
        byte[] bomb = PngWriter.Compress(new byte[64 << 20]);
        byte[] file = PngWriter.File(PngWriter.Header(28, 28, 8, 0), PngWriter.Chunk("IDAT", bomb), End);

        long before = GC.GetAllocatedBytesForCurrentThread();
        using Image<L8> image = Image.Load<L8>(file);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(28, image.Height);
        Assert.InRange(allocated, 0, 1 << 20);
    }

    [StandInFact]
    public void Bombs_in_other_chunks_are_not_decompressed()
    {
        byte[] bomb = [.. "name\0\0"u8, .. PngWriter.Compress(new byte[64 << 20])];
        PngWriter writer = new(28, 28)
        {
            ExtraChunks = [PngWriter.Chunk("zTXt", bomb), PngWriter.Chunk("iCCP", bomb), PngWriter.Chunk("iTXt", bomb)],
        };
        byte[] file = writer.Write(new ushort[28 * 28]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Image.Identify(file);
        Image.Load<L8>(file).Dispose();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [StandInFact]
    public void Nothing_is_kept_of_ten_thousand_other_chunks()
    {
        byte[] text = PngWriter.Chunk("tEXt", "Comment\0nothing"u8);
        PngWriter writer = new(28, 28) { ExtraChunks = [.. Enumerable.Repeat(text, 10_000)] };
        byte[] file = writer.Write(new ushort[28 * 28]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(28, Image.Identify(file).Width);
        Image.Load<L8>(file).Dispose();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [StandInFact]
    public void Garbage_between_chunks_is_searched_in_linear_time()
    {
        byte[] garbage = new byte[4 << 20];
        Array.Fill(garbage, byte.MaxValue);
        byte[] file = PngWriter.File(garbage, PngWriter.Header(28, 28, 8, 0), PngWriter.Chunk("IDAT", []), End);

        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal(28, Image.Identify(file).Width);

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }
}
