using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

public class FormatTests
{
    private static readonly string[] Unsupported = ["tiled.tif", "arithmetic.jpg", "animated.webp"];
    private static readonly float[] s_seven = Some.Tensor(FormatPictures.File("bit1.bmp"));

    public static TheoryData<string> Names => [.. FormatPictures.Names.Except(Unsupported)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_picture_gives_the_tensor_that_OpenCV_computed(string name)
    {
        byte[] expected = FormatPictures.Tensor(name);

        byte[] actual = Some.Pixels(Some.Tensor(FormatPictures.File(name), ImagingProfile.KServeSample));

        int most = expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(most, 0, MostApart(name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_digit_of_a_picture_is_found_whatever_its_format(string name)
    {
        // All of them show the same seven, the turned ones once they are turned back.
        byte[] file = FormatPictures.File(name);

        Assert.InRange(Some.Likeness(Some.Tensor(file), s_seven), 0.7, 1);
    }

    [Theory]
    [InlineData("tiled.tif", "Tiled images are not supported")]
    [InlineData("old-jpeg.tif", "The specified TIFF compression format 'OldJpeg' is not supported")]
    [InlineData("arithmetic.jpg", "Decoding jpeg files with arithmetic coding is not supported")]
    [InlineData("lossless.jpg", "Decoding lossless jpeg files is not supported")]
    [InlineData("animated.webp", "Anim")]
    public void What_the_library_does_not_decode_is_called_that(string name, string why)
    {
        byte[] file = name switch
        {
            "old-jpeg.tif" => Replace(FormatPictures.File("jpeg.tif"), [3, 1, 3, 0, 1, 0, 0, 0, 7, 0], [3, 1, 3, 0, 1, 0, 0, 0, 6, 0]),
            "lossless.jpg" => Replace(FormatPictures.File("grey.jpg"), [0xFF, 0xC0], [0xFF, 0xC3]),
            _ => FormatPictures.File(name),
        };

        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => Some.Tensor(file));

        Assert.StartsWith($"the picture uses a feature that cannot be decoded: {why}", refused.Message, StringComparison.Ordinal);
    }

    private static byte[] Replace(byte[] file, byte[] old, byte[] by)
    {
        int at = file.AsSpan().IndexOf(old);
        Assert.True(at >= 0);
        by.CopyTo(file, at);
        return file;
    }

    // Decoders of JPEG may round differently, by the standard.
    private static int MostApart(string name) => name switch
    {
        // OpenCV's arithmetic of CMYK is a rough one; of palettes of sixteen bits, and of five or six bits, more than one rounding is in use.
        "cmyk.jpg" or "palette.tif" or "colour16.bmp" => 2,
        "jpeg.tif" => 1,
        _ => name.EndsWith(".jpg", StringComparison.Ordinal) ? 1 : 0,
    };
}
