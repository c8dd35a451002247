using BenchmarkDotNet.Attributes;
using DigitFunctions.Benchmarks.EndToEnd;
using DigitFunctions.Core.Events;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Tests.Events;

namespace DigitFunctions.Benchmarks.Micro;

/// <summary>All that the upload of a small picture costs beside S3 and the model: its event is read, its picture decoded and transformed, the predict call's body written.</summary>
public class BesideS3
{
    private readonly ImagingOptions _options = new();
    private readonly float[] _tensor = new float[ImageTransform.TensorLength];
    private EventMessage _message = new(null, []);
    private byte[] _picture = [];

    /// <summary>28×28 pixels that are one of MNIST's frames already, or among which the digit is to be found.</summary>
    [Params("framed", "drawn")]
    public string Picture { get; set; } = "";

    [GlobalSetup]
    public void SetUp()
    {
        _message = EventSample.Load("minio-put").Message;
        _picture = Picture == "framed" ? SidesOptions.Framed() : MicroPictures.Small;
        MicroPictures.WarmUp(() => Work());
    }

    [Benchmark]
    public int Work()
    {
        IReadOnlyList<UploadNotice> notices = UploadEventParser.Parse(_message);
        ImageTransform.Transform(_picture, _options, _tensor);
        using PooledBytes body = new(512 + (_tensor.Length * 4));
        KServeV1Protocol.WriteBody(body, _tensor);
        return notices.Count + body.Written.Length;
    }
}
