using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>Files that Pillow, OpenCV and optipng wrote, against the pixels that Pillow and OpenCV read from them (Data/png/make.py).</summary>
public class OtherWritersTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Data", "png");

    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.png").Select(file => Path.GetFileName(file)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_pixels_are_those_that_other_decoders_read(string file)
    {
        byte[] expected = File.ReadAllBytes(Path.Combine(Folder, Path.ChangeExtension(file, ".bin")));

        using Image<Rgba64> image = Image.Load<Rgba64>(File.ReadAllBytes(Path.Combine(Folder, file)));
        Rgba64[] pixels = new Rgba64[image.Width * image.Height];
        image.CopyPixelDataTo(pixels);

        Assert.Equal((13, 11), (image.Width, image.Height));
        Assert.Equal(MemoryMarshal.Cast<byte, Rgba64>(expected), pixels);
    }
}
