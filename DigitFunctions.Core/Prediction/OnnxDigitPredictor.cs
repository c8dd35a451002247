using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DigitFunctions.Core.Images;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace DigitFunctions.Core.Prediction;

/// <summary>Scores an ONNX model in this process, with ONNX Runtime.</summary>
/// <remarks>Safe for many calls at once. Disposing waits for the runs under way.</remarks>
public sealed class OnnxDigitPredictor : IDigitPredictor, IDisposable
{
    private const string Input = "images";
    private const string Scores = "predictions";
    private const string Classes = "classes";

    // A model may lack this one.
    private const string DigitScore = "digit_score";

    /// <summary>What goes between the layers stays in a core's own cache, and does not drive out what the other work beside it needs.</summary>
    private const int PicturesARun = 8;

    private static readonly string[] Inputs = [Input];
    private static readonly string[] Outputs = [Scores, Classes];
    private static readonly string[] AllOutputs = [Scores, Classes, DigitScore];

    private readonly string _path;
    private readonly string _model;
    private readonly InferenceSession _session;
    private readonly bool _hasDigitScore;

    // The native session must not go while a run is in it: runs read, disposing writes.
    private readonly ReaderWriterLockSlim _life = new();
    private bool _disposed;

    /// <summary>Loads the model and checks that it is one for MNIST's digits.</summary>
    /// <param name="modelPath">The file: input <c>images</c> float [n, 784], outputs <c>predictions</c> float [n, 10] and <c>classes</c> int64 [n]; <c>digit_score</c> float [n] where the model tells single digits from other pictures.</param>
    /// <param name="intraOpThreads">Threads that share one run; 1 and up.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no ONNX model, or its inputs and outputs are others.</exception>
    public OnnxDigitPredictor(string modelPath, int intraOpThreads = 1)
    {
        _path = Path.GetFullPath(modelPath);
        byte[] file = ReadFile(_path);
        _model = $"onnx:mnist@{Convert.ToHexStringLower(SHA256.HashData(file))[..12]}";
        _session = Load(file, intraOpThreads);
        try
        {
            CheckSignature();
            _hasDigitScore = _session.OutputMetadata.ContainsKey(DigitScore);
        }
        catch
        {
            _session.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DigitPrediction>> PredictAsync(ReadOnlyMemory<float> tensors, CancellationToken cancellationToken)
    {
        int pictures = PlausiblePrediction.CountPictures(tensors);

        // A run keeps a core busy for milliseconds: on a thread of its own, so that the caller's other work, and other batches, go on beside it.
        return pictures == 0
            ? Task.FromResult<IReadOnlyList<DigitPrediction>>([])
            : Task.Run<IReadOnlyList<DigitPrediction>>(() => Predict(tensors, pictures, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<string> CheckAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return Task.FromResult($"{_model} is loaded from {_path}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _life.EnterWriteLock();
        try
        {
            _disposed = true;
            _session.Dispose();
        }
        finally
        {
            _life.ExitWriteLock();
        }
    }

    private static byte[] ReadFile(string _path)
    {
        try
        {
            return File.ReadAllBytes(_path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"Prediction__ModelPath must name the ONNX model's file; there is no file {_path}.", _path, error);
        }
    }

    /// <summary>The options that a session gets here.</summary>
    internal static SessionOptions SessionOptionsFor(int intraOpThreads)
    {
        SessionOptions options = new()
        {
            IntraOpNumThreads = intraOpThreads,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };

        // Waiting threads would burn the cores that fetching and moving need.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        return options;
    }

    private InferenceSession Load(byte[] file, int intraOpThreads)
    {
        using SessionOptions options = SessionOptionsFor(intraOpThreads);
        try
        {
            return new InferenceSession(file, options);
        }
        catch (OnnxRuntimeException error)
        {
            throw new InvalidDataException($"Prediction__ModelPath must name an ONNX model; {_path} is none that can be loaded: {error.Message}", error);
        }
    }

    private void CheckSignature()
    {
        bool fits = _session.InputNames.Count == 1
            && Has(_session.InputMetadata, Input, TensorElementType.Float, ImageTransform.TensorLength)
            && Has(_session.OutputMetadata, Scores, TensorElementType.Float, PlausiblePrediction.Digits)
            && Has(_session.OutputMetadata, Classes, TensorElementType.Int64)
            && (!_session.OutputMetadata.ContainsKey(DigitScore) || Has(_session.OutputMetadata, DigitScore, TensorElementType.Float));
        if (!fits)
        {
            throw new InvalidDataException(
                $"Prediction__ModelPath must name a model with input {Input} Float [n, {ImageTransform.TensorLength}] and outputs {Scores} Float [n, {PlausiblePrediction.Digits}], "
                + $"{Classes} Int64 [n], and where it has one {DigitScore} Float [n]; {_path} has input {Describe(_session.InputMetadata)} and output {Describe(_session.OutputMetadata)}.");
        }
    }

    private static bool Has(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, TensorElementType type, params ReadOnlySpan<int> inner) =>
        nodes.TryGetValue(name, out NodeMetadata? node)
        && node.IsTensor
        && node.ElementDataType == type
        && node.Dimensions is [< 0, ..]
        && node.Dimensions.AsSpan(1).SequenceEqual(inner);

    private static string Describe(IReadOnlyDictionary<string, NodeMetadata> nodes) => string.Join(", ", nodes.Select(node => node.Value.IsTensor
        ? $"{node.Key} {node.Value.ElementDataType} [{string.Join(", ", node.Value.Dimensions.Select(size => size < 0 ? "n" : $"{size}"))}]"
        : $"{node.Key} {node.Value.OnnxValueType}"));

    private DigitPrediction[] Predict(ReadOnlyMemory<float> tensors, int pictures, CancellationToken cancellationToken)
    {
        float[] scores = ArrayPool<float>.Shared.Rent(pictures * PlausiblePrediction.Digits);
        long[] classes = ArrayPool<long>.Shared.Rent(pictures);
        float[] digitScores = ArrayPool<float>.Shared.Rent(pictures);
        try
        {
            for (int start = 0; start < pictures; start += PicturesARun)
            {
                int count = Math.Min(PicturesARun, pictures - start);
                Run(
                    tensors.Slice(start * ImageTransform.TensorLength, count * ImageTransform.TensorLength),
                    scores.AsMemory(start * PlausiblePrediction.Digits, count * PlausiblePrediction.Digits),
                    classes.AsMemory(start, count),
                    digitScores.AsMemory(start, count),
                    cancellationToken);
            }

            DigitPrediction[] predictions = new DigitPrediction[pictures];
            for (int i = 0; i < pictures; i++)
            {
                predictions[i] = PlausiblePrediction.Create(i, classes[i], scores.AsSpan(i * PlausiblePrediction.Digits, PlausiblePrediction.Digits), _model);
                if (_hasDigitScore)
                {
                    predictions[i] = predictions[i] with { DigitScore = PlausiblePrediction.CheckDigitScore(i, digitScores[i], _model) };
                }
            }

            return predictions;
        }
        finally
        {
            ArrayPool<float>.Shared.Return(scores);
            ArrayPool<long>.Shared.Return(classes);
            ArrayPool<float>.Shared.Return(digitScores);
        }
    }

    private void Run(
        ReadOnlyMemory<float> tensors, Memory<float> scores, Memory<long> classes, Memory<float> digitScores, CancellationToken cancellationToken)
    {
        OrtMemoryInfo memory = OrtMemoryInfo.DefaultInstance;

        // The runtime's signature asks for writable memory, but an input is only read.
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(memory, MemoryMarshal.AsMemory(tensors), [classes.Length, ImageTransform.TensorLength]);
        using OrtValue scoreValue = OrtValue.CreateTensorValueFromMemory(memory, scores, [classes.Length, PlausiblePrediction.Digits]);
        using OrtValue classValue = OrtValue.CreateTensorValueFromMemory(memory, classes, [classes.Length]);
        using OrtValue digitScoreValue = OrtValue.CreateTensorValueFromMemory(memory, digitScores, [classes.Length]);
        using RunOptions run = new();

        // Disposed before the options are: no late cancellation reaches freed memory.
        using CancellationTokenRegistration stop = cancellationToken.Register(() => run.Terminate = true);
        _life.EnterReadLock();
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_hasDigitScore)
            {
                _session.Run(run, Inputs, [input], AllOutputs, [scoreValue, classValue, digitScoreValue]);
            }
            else
            {
                _session.Run(run, Inputs, [input], Outputs, [scoreValue, classValue]);
            }
        }
        catch (OnnxRuntimeException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            _life.ExitReadLock();
        }
    }
}
