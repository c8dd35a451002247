using BenchmarkDotNet.Attributes;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Images.Decoding;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Benchmarks.Micro;

/// <summary>A picture's bytes to the tensor, with the profile KServeSample. The rival only decodes.</summary>
public class SamplePicture
{
    private readonly ImagingOptions _options = new() { Profile = ImagingProfile.KServeSample };
    private readonly float[] _tensor = new float[ImageTransform.TensorLength];
    private byte[] _picture = [];

    [Params(28, 200, 1000)]
    public int Side { get; set; }

    [GlobalSetup]
    public void SetUp() => _picture = MicroPictures.Scan(Side);

    [Benchmark(Baseline = true)]
    public int Decode()
    {
        using Image<L8> image = PictureFile.Open(_picture, _options).Decode<L8>();
        return image.Width;
    }

    [Benchmark]
    public void Transform() => ImageTransform.Transform(_picture, _options, _tensor);
}
