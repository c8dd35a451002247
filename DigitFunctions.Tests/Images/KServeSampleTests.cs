using System.IO.Compression;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

public class KServeSampleTests
{
    private static readonly string s_golden = Path.Combine(AppContext.BaseDirectory, "Data", "images", "golden.zip");

    [Fact]
    public void Every_golden_picture_gives_the_tensor_that_OpenCV_computed()
    {
        using ZipArchive golden = ZipFile.OpenRead(s_golden);
        List<string> wrong = [];
        int pictures = 0;
        foreach (ZipArchiveEntry entry in golden.Entries.Where(entry => entry.Name.EndsWith(".png", StringComparison.Ordinal)))
        {
            byte[] expected = Read(golden.GetEntry(Path.ChangeExtension(entry.Name, ".u8"))!);
            float[] tensor = Some.Tensor(Read(entry), ImagingProfile.KServeSample);
            if (!tensor.SequenceEqual(expected.Select(value => (float)(value / 255.0))))
            {
                wrong.Add(entry.Name);
            }

            pictures++;
        }

        Assert.Empty(wrong);
        Assert.True(pictures >= 400, $"{pictures} pictures");
    }

    [Fact]
    public void A_picture_of_the_tensors_own_size_is_only_inverted()
    {
        byte[] pixels = [.. Enumerable.Range(0, 784).Select(i => (byte)i)];

        float[] tensor = Some.Tensor(PngWriter.Grey(28, 28, pixels), ImagingProfile.KServeSample);

        Assert.Equal(pixels.Select(value => (255 - value) / 255f), tensor);
    }

    [Fact]
    public void A_blank_picture_is_no_error_as_it_is_none_for_the_sample()
    {
        float[] tensor = Some.Tensor(PngWriter.Grey(5, 3, new byte[15]), ImagingProfile.KServeSample);

        Assert.All(tensor, value => Assert.Equal(1, value));
    }

    private static byte[] Read(ZipArchiveEntry entry)
    {
        using Stream stream = entry.Open();
        using MemoryStream bytes = new();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
