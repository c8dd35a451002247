using System.ComponentModel.DataAnnotations;

namespace DigitFunctions.Core.Prediction;

/// <summary>Who says which digit it is.</summary>
public enum PredictionMode
{
    /// <summary>The ONNX model, scored in this process.</summary>
    Onnx,

    /// <summary>A KServe predictor.</summary>
    KServe,

    /// <summary>A KServe predictor, and the ONNX model for what it cannot answer in time.</summary>
    KServeWithOnnxFallback,
}

/// <summary>What a KServe predictor speaks.</summary>
public enum KServeProtocol
{
    /// <summary>TensorFlow Serving's REST protocol: <c>/v1/models/{name}:predict</c>.</summary>
    V1,

    /// <summary>The Open Inference Protocol: <c>/v2/models/{name}/infer</c>.</summary>
    V2,
}

/// <summary>What the ten numbers of a KServe model are.</summary>
public enum ScoreKind
{
    /// <summary>Probabilities: none negative, together 1. Others are refused.</summary>
    Probabilities,

    /// <summary>Logits of any size, turned into probabilities by softmax.</summary>
    Logits,
}

/// <summary>Settings of the prediction.</summary>
public sealed class PredictionOptions
{
    /// <summary>The section's name in the settings.</summary>
    public const string SectionName = "Prediction";

    /// <summary>Who says which digit it is.</summary>
    /// <value>The default is <see cref="PredictionMode.Onnx"/>.</value>
    [EnumDataType(typeof(PredictionMode), ErrorMessage = "must be Onnx, KServe or KServeWithOnnxFallback")]
    public PredictionMode Mode { get; set; } = PredictionMode.Onnx;

    /// <summary>The ONNX model's file, relative to the app's folder. Not read in mode <see cref="PredictionMode.KServe"/>.</summary>
    /// <value>The default is <c>model/mnist.onnx</c>.</value>
    [Required(ErrorMessage = "must name the ONNX model's file, such as model/mnist.onnx")]
    public string ModelPath { get; set; } = "model/mnist.onnx";

    /// <summary>Threads that share one run of the ONNX model.</summary>
    /// <value>The default is 1: batches run beside each other, and a second thread costs more CPU than it saves time.</value>
    [Range(1, 64, ErrorMessage = "must be a number from {1} to {2}")]
    public int IntraOpThreads { get; set; } = 1;

    /// <summary>The KServe predictor's address, without the path from <c>/v1</c> or <c>/v2</c> on. Needed in both KServe modes.</summary>
    /// <value>The default is none.</value>
    public string? Url { get; set; }

    /// <summary>The model's name on the KServe predictor.</summary>
    /// <value>The default is <c>mnist</c>.</value>
    [Required(ErrorMessage = "must be the model's name on the predictor, such as mnist")]
    public string ModelName { get; set; } = "mnist";

    /// <summary>What the KServe predictor speaks.</summary>
    /// <value>The default is <see cref="KServeProtocol.V1"/>.</value>
    [EnumDataType(typeof(KServeProtocol), ErrorMessage = "must be V1 or V2")]
    public KServeProtocol Protocol { get; set; } = KServeProtocol.V1;

    /// <summary>The input's name in a V2 call; V1 has none.</summary>
    /// <value>The default is <c>images</c>, the input of <c>model/mnist.onnx</c>.</value>
    [Required(ErrorMessage = "must be the name of the model's input, such as images or input-0")]
    public string InputName { get; set; } = "images";

    /// <summary>What the ten numbers of the KServe model are.</summary>
    /// <value>The default is <see cref="ScoreKind.Probabilities"/>.</value>
    [EnumDataType(typeof(ScoreKind), ErrorMessage = "must be Probabilities or Logits")]
    public ScoreKind Scores { get; set; } = ScoreKind.Probabilities;

    /// <summary>The Host header, for a predictor behind an Istio gateway: <c>mnist.default.example.com</c>.</summary>
    /// <value>The default is none: the host of <see cref="Url"/>.</value>
    [RegularExpression("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(:[0-9]{1,5})?", ErrorMessage = "must be a host name, such as mnist.default.example.com")]
    public string? HostHeader { get; set; }

    /// <summary>How long one call of the KServe predictor may take.</summary>
    /// <value>The default is 10 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00", ErrorMessage = "must be a time from 00:00:00.05 to 00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a call that failed for a passing reason is repeated. With a fallback it is not repeated: the fallback answers.</summary>
    /// <value>The default is 2.</value>
    [Range(0, 10, ErrorMessage = "must be a number from {1} to {2}")]
    public int MaxRetries { get; set; } = 2;

    /// <summary>The wait before the first repetition; doubled each time, with jitter. A reply's Retry-After comes first.</summary>
    /// <value>The default is 200 milliseconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00", ErrorMessage = "must be a time from 00:00:00.001 to 00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the KServe predictor is left alone after many failures, before one call tries it again.</summary>
    /// <value>The default is 5 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00", ErrorMessage = "must be a time from 00:00:00.5 to 00:10:00")]
    public TimeSpan BreakDuration { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The full path of <see cref="ModelPath"/>.</summary>
    internal string FullModelPath => Path.GetFullPath(ModelPath, AppContext.BaseDirectory);

    /// <summary>The longest that one call of the predictor can take, repetitions and the rests that it asks for included.</summary>
    internal TimeSpan LongestCall() => Mode switch
    {
        PredictionMode.KServe => (Timeout * (MaxRetries + 1)) + ((RetryDelay > KServeResilience.LongestWait ? RetryDelay : KServeResilience.LongestWait) * MaxRetries),
        PredictionMode.KServeWithOnnxFallback => Timeout,
        _ => TimeSpan.Zero,
    };
}
