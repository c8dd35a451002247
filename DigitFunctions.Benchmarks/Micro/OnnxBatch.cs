using System.Diagnostics.CodeAnalysis;
using BenchmarkDotNet.Attributes;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Prediction;
using Microsoft.ML.OnnxRuntime;

namespace DigitFunctions.Benchmarks.Micro;

/// <summary>Tensors to predictions. The rival is ONNX Runtime's own call: values made beforehand, nothing checked, on the calling thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "BenchmarkDotNet calls CleanUp, and derives from the class.")]
public class OnnxBatch
{
    private static readonly string[] Inputs = ["images"];
    private static readonly string[] Outputs = ["predictions", "classes"];

    private float[] _tensors = [];
    private OnnxDigitPredictor? _predictor;
    private InferenceSession? _session;
    private RunOptions? _run;
    private OrtValue[] _input = [];
    private OrtValue[] _output = [];

    [Params(1, 16, 64)]
    public int Batch { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        string model = Path.Combine(AppContext.BaseDirectory, "model", "mnist.onnx");
        _tensors = MicroPictures.Tensors(Batch);
        _predictor = new OnnxDigitPredictor(model);
        using SessionOptions options = OnnxDigitPredictor.SessionOptionsFor(1);
        _session = new InferenceSession(File.ReadAllBytes(model), options);
        _run = new RunOptions();
        OrtMemoryInfo memory = OrtMemoryInfo.DefaultInstance;
        _input = [OrtValue.CreateTensorValueFromMemory(memory, _tensors.AsMemory(), [Batch, ImageTransform.TensorLength])];
        _output =
        [
            OrtValue.CreateTensorValueFromMemory(memory, new float[Batch * 10].AsMemory(), [Batch, 10]),
            OrtValue.CreateTensorValueFromMemory(memory, new long[Batch].AsMemory(), [Batch]),
        ];
    }

    [Benchmark(Baseline = true)]
    public void Run() => _session!.Run(_run!, Inputs, _input, Outputs, _output);

    [Benchmark]
    public IReadOnlyList<DigitPrediction> Predict() => _predictor!.PredictAsync(_tensors, CancellationToken.None).GetAwaiter().GetResult();

    [GlobalCleanup]
    public void CleanUp()
    {
        foreach (OrtValue value in (OrtValue[])[.. _input, .. _output])
        {
            value.Dispose();
        }

        _run?.Dispose();
        _session?.Dispose();
        _predictor?.Dispose();
    }
}
