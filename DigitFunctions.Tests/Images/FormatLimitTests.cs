using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

/// <summary>Small files that ask for much memory or time, in formats other than PNG.</summary>
public class FormatLimitTests
{
    private const int Mebibyte = 1 << 20;

    [Theory]
    [InlineData("grey.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("palette.gif")]
    [InlineData("colour24.bmp")]
    [InlineData("rle8.bmp")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    [InlineData("colour.tif")]
    [InlineData("colour.tga")]
    [InlineData("rle.tga")]
    [InlineData("grey.pgm")]
    [InlineData("plain.ppm")]
    public void Too_many_pixels_are_refused_by_the_header_alone(string name)
    {
        byte[] file = Enlarge(name);
        AssertCheap(() => Some.Tensor(file), "allowed (Imaging__MaxPixels)");
    }

    [Fact]
    public void A_GIF_frame_larger_than_its_screen_is_refused()
    {
        byte[] file = FormatPictures.File("palette.gif");
        int frame = file.AsSpan().IndexOf((byte[])[0x2C, 0, 0, 0, 0, 57, 0, 61, 0]);
        Write16(file, frame + 5, ushort.MaxValue);
        Write16(file, frame + 7, ushort.MaxValue);

        AssertCheap(() => Some.Tensor(file), "65535×65535 pixels are more than");
    }

    [Fact]
    public void Frames_after_the_first_cost_nothing()
    {
        byte[] file = FormatPictures.File("animated.gif");
        byte[] many = [.. file[..^1], .. Enumerable.Range(0, 1000).SelectMany(_ => file[(13 + (3 << ((file[10] & 7) + 1)))..^1]), 0x3B];
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(Some.Tensor(file), Some.Tensor(many));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * Mebibyte);
    }

    [Fact]
    public void A_TIFF_strip_of_more_rows_than_the_picture_takes_no_more_memory_than_a_decoder_may()
    {
        byte[] file = FormatPictures.File("colour.tif");
        SetTag(file, 278, 1_000_000);

        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => Some.Tensor(file));

        Assert.StartsWith("the picture needs more memory than a decoder may take", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TIFF_strips_longer_than_the_file_are_refused()
    {
        byte[] file = FormatPictures.File("colour.tif");
        SetTag(file, 279, 1_000_000);

        AssertCheap(() => Some.Tensor(file), "its strips are longer than the file");
    }

    [Fact]
    public void A_JPEG_of_very_many_scans_is_refused()
    {
        byte[] file = FormatPictures.File("progressive.jpg");
        int scan = file.AsSpan().LastIndexOf((byte[])[0xFF, 0xDA]);
        byte[] many = [.. file[..scan], .. Enumerable.Repeat(file[scan..^2], 200).SelectMany(bytes => bytes), 0xFF, 0xD9];

        AssertCheap(() => Some.Tensor(many), "scans: more than 100 are not read");
    }

    [Fact]
    public void The_limit_of_memory_follows_that_of_pixels()
    {
        byte[] file = FormatPictures.File("colour.tif");
        SetTag(file, 278, 1_000_000);
        float[] tensor = new float[784];
        ImagingOptions few = new() { MaxPixels = 1 << 20 };
        ImagingOptions many = new() { MaxPixels = 1 << 26 };

        // 57 pixels of three bytes in a million rows: 171 MB.
        Assert.Throws<UnreadablePictureException>(() => ImageTransform.Transform(file, few, tensor));
        ImageTransform.Transform(file, many, tensor);
    }

    /// <summary>The same file, with a header that says 60000 by 60000, or the most that the format has.</summary>
    private static byte[] Enlarge(string name)
    {
        byte[] file = FormatPictures.File(name);
        switch (Path.GetExtension(name))
        {
            case ".jpg":
                int frame = file.AsSpan().IndexOf((byte[])[0xFF, name == "grey.jpg" ? (byte)0xC0 : (byte)0xC2]);
                BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(frame + 5), 0xEA60EA60);
                return file;
            case ".gif":
                Write16(file, 6, 60000);
                Write16(file, 8, 60000);
                return file;
            case ".bmp":
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), 60000);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), 60000);
                return file;
            case ".webp" when name == "lossless.webp":
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(21), 0x0FFFFFFF);
                return file;
            case ".webp":
                Write16(file, 26, 16383);
                Write16(file, 28, 16383);
                return file;
            case ".tif":
                SetTag(file, 256, 60000);
                SetTag(file, 257, 60000);
                return file;
            case ".tga":
                Write16(file, 12, 60000);
                Write16(file, 14, 60000);
                return file;
            default:
                string magic = Encoding.ASCII.GetString(file, 0, 2);
                return [.. Encoding.ASCII.GetBytes($"{magic}\n60000 60000\n255\n"), .. new byte[100]];
        }
    }

    /// <summary>Sets a number in the directory of a little-endian TIFF.</summary>
    private static void SetTag(byte[] file, int tag, uint value)
    {
        int at = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4)) + 2;
        while (BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at)) != tag)
        {
            at += 12;
        }

        Write16(file, at + 2, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at + 8), value);
    }

    private static void Write16(byte[] file, int at, int value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)value);

    private static void AssertCheap(Action transform, string reason)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var watch = Stopwatch.StartNew();

        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(transform);

        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 * Mebibyte);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }
}
