using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

public class KServeSampleTests
{
    [Fact]
    public void Every_golden_picture_gives_the_tensor_that_OpenCV_computed()
    {
        (int pictures, IReadOnlyList<string> different) = GoldenPictures.Compare(GoldenPictures.Checked);

        Assert.Empty(different);
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
}
