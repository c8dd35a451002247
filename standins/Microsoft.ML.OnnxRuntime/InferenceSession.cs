using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Results that are disposed together.</summary>
public interface IDisposableReadOnlyCollection<T> : IReadOnlyCollection<T>, IReadOnlyList<T>, IDisposable
{
}

/// <summary>A loaded model. Runs may overlap; disposing must not overlap a run.</summary>
public unsafe class InferenceSession : IDisposable
{
    private readonly Dictionary<string, NodeMetadata> inputMetadata = [];
    private readonly Dictionary<string, NodeMetadata> outputMetadata = [];
    private readonly List<string> inputNames = [];
    private readonly List<string> outputNames = [];
    private readonly Dictionary<string, nint> nativeInputNames = [];
    private readonly Dictionary<string, nint> nativeOutputNames = [];
    private readonly RunOptions defaultRunOptions = new();
    private nint handle;

    public InferenceSession(string modelPath, SessionOptions options)
    {
        // The path is UTF-16 on Windows and bytes elsewhere (ORTCHAR_T).
        byte[] path = OperatingSystem.IsWindows() ? System.Text.Encoding.Unicode.GetBytes(modelPath + '\0') : NativeApi.ZeroTerminated(modelPath);
        fixed (byte* file = path)
        fixed (nint* session = &handle)
        {
            NativeApi.Check(NativeApi.CreateSession(OrtEnv.Instance().Handle, file, options.Handle, session));
        }

        GC.KeepAlive(options);
        Describe();
    }

    public InferenceSession(byte[] model, SessionOptions options)
    {
        fixed (byte* bytes = model)
        fixed (nint* session = &handle)
        {
            NativeApi.Check(NativeApi.CreateSessionFromArray(OrtEnv.Instance().Handle, bytes, (nuint)model.Length, options.Handle, session));
        }

        GC.KeepAlive(options);
        Describe();
    }

    ~InferenceSession() => Dispose(false);

    public IReadOnlyDictionary<string, NodeMetadata> InputMetadata => inputMetadata;

    public IReadOnlyList<string> InputNames => inputNames;

    public IReadOnlyDictionary<string, NodeMetadata> OutputMetadata => outputMetadata;

    public IReadOnlyList<string> OutputNames => outputNames;

    /// <summary>Runs the model; the results are made by the runtime.</summary>
    public IDisposableReadOnlyCollection<OrtValue> Run(
        RunOptions runOptions, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputValues, IReadOnlyCollection<string> outputNames)
    {
        // Only the other overload has options of its own.
        ArgumentNullException.ThrowIfNull(runOptions);
        nint[] results = new nint[outputNames.Count];
        RunNative(runOptions, inputNames, inputValues, outputNames, results);
        DisposableList values = [];
        values.AddRange(results.Select(result => new OrtValue(result)));
        return values;
    }

    /// <summary>Runs the model into values that the caller has made; their types and shapes must fit.</summary>
    public void Run(
        RunOptions runOptions, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputValues,
        IReadOnlyCollection<string> outputNames, IReadOnlyCollection<OrtValue> outputValues)
    {
        RequireSameCount(nameof(outputNames), outputNames.Count, nameof(outputValues), outputValues.Count);
        RunNative(runOptions, inputNames, inputValues, outputNames, [.. outputValues.Select(value => value.Handle)]);
        GC.KeepAlive(outputValues);
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        nint released = Interlocked.Exchange(ref handle, 0);
        if (released == 0)
        {
            return;
        }

        NativeApi.ReleaseSession(released);
        foreach (nint name in nativeInputNames.Values.Concat(nativeOutputNames.Values))
        {
            Marshal.FreeCoTaskMem(name);
        }

        if (disposing)
        {
            defaultRunOptions.Dispose();
        }
    }

    private static nint Lookup(Dictionary<string, nint> names, string name, string kind) =>
        names.TryGetValue(name, out nint native)
            ? native
            : throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"{kind} name: '{name}' is not in the metadata");

    private static void RequireSameCount(string names, int nameCount, string values, int valueCount)
    {
        if (nameCount != valueCount)
        {
            throw new ArgumentException($"Length of {names} ({nameCount}) must match that of {values} ({valueCount}).");
        }
    }

    private void RunNative(
        RunOptions runOptions, IReadOnlyCollection<string> inputNames, IReadOnlyCollection<OrtValue> inputValues, IReadOnlyCollection<string> outputNames, nint[] results)
    {
        ObjectDisposedException.ThrowIf(handle == 0, this);
        RequireSameCount(nameof(inputNames), inputNames.Count, nameof(inputValues), inputValues.Count);
        nint[] inNames = [.. inputNames.Select(name => Lookup(nativeInputNames, name, "Input"))];
        nint[] inValues = [.. inputValues.Select(value => value.Handle)];
        nint[] outNames = [.. outputNames.Select(name => Lookup(nativeOutputNames, name, "Output"))];
        fixed (nint* inName = inNames)
        fixed (nint* inValue = inValues)
        fixed (nint* outName = outNames)
        fixed (nint* outValue = results)
        {
            NativeApi.Check(NativeApi.Run(
                handle, (runOptions ?? defaultRunOptions).Handle, inName, inValue, (nuint)inNames.Length, outName, (nuint)outNames.Length, outValue));
        }

        GC.KeepAlive(inputValues);
        GC.KeepAlive(runOptions);
        GC.KeepAlive(this);
    }

    private void Describe()
    {
        nint allocator;
        nuint count;
        NativeApi.Check(NativeApi.GetAllocatorWithDefaultOptions(&allocator));

        NativeApi.Check(NativeApi.SessionGetInputCount(handle, &count));
        for (nuint i = 0; i < count; i++)
        {
            byte* name;
            nint type;
            NativeApi.Check(NativeApi.SessionGetInputName(handle, i, allocator, (nint*)&name));
            NativeApi.Check(NativeApi.SessionGetInputTypeInfo(handle, i, &type));
            Describe(TakeName(name, allocator), type, inputNames, inputMetadata, nativeInputNames);
        }

        NativeApi.Check(NativeApi.SessionGetOutputCount(handle, &count));
        for (nuint i = 0; i < count; i++)
        {
            byte* name;
            nint type;
            NativeApi.Check(NativeApi.SessionGetOutputName(handle, i, allocator, (nint*)&name));
            NativeApi.Check(NativeApi.SessionGetOutputTypeInfo(handle, i, &type));
            Describe(TakeName(name, allocator), type, outputNames, outputMetadata, nativeOutputNames);
        }
    }

    private static string TakeName(byte* name, nint allocator)
    {
        string text = NativeApi.Text(name);
        NativeApi.Check(NativeApi.AllocatorFree(allocator, name));
        return text;
    }

    private static void Describe(
        string name, nint typeInfo, List<string> names, Dictionary<string, NodeMetadata> metadata, Dictionary<string, nint> nativeNames)
    {
        try
        {
            names.Add(name);
            metadata.Add(name, ReadType(typeInfo));
            nativeNames.Add(name, Marshal.StringToCoTaskMemUTF8(name));
        }
        finally
        {
            NativeApi.ReleaseTypeInfo(typeInfo);
        }
    }

    private static NodeMetadata ReadType(nint typeInfo)
    {
        int kind;
        nint tensor;
        NativeApi.Check(NativeApi.GetOnnxTypeFromTypeInfo(typeInfo, &kind));
        NativeApi.Check(NativeApi.CastTypeInfoToTensorInfo(typeInfo, &tensor));
        if (tensor == 0)
        {
            return new NodeMetadata((OnnxValueType)kind, default, [], []);
        }

        // The tensor part belongs to typeInfo and is released with it.
        (TensorElementType elementType, long[] shape) = OrtTensorTypeAndShapeInfo.Read(tensor);
        byte*[] symbols = new byte*[shape.Length];
        fixed (byte** symbol = symbols)
        {
            NativeApi.Check(NativeApi.GetSymbolicDimensions(tensor, symbol, (nuint)symbols.Length));
        }

        string[] symbolic = new string[symbols.Length];
        for (int i = 0; i < symbols.Length; i++)
        {
            symbolic[i] = NativeApi.Text(symbols[i]);
        }

        return new NodeMetadata((OnnxValueType)kind, elementType, [.. shape.Select(size => (int)size)], symbolic);
    }

    private sealed class DisposableList : List<OrtValue>, IDisposableReadOnlyCollection<OrtValue>
    {
        public void Dispose()
        {
            foreach (OrtValue value in this)
            {
                value.Dispose();
            }

            Clear();
        }
    }
}
