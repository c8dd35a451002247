using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>What kind of value it is.</summary>
public enum OnnxValueType
{
    ONNX_TYPE_UNKNOWN = 0,
    ONNX_TYPE_TENSOR = 1,
    ONNX_TYPE_SEQUENCE = 2,
    ONNX_TYPE_MAP = 3,
    ONNX_TYPE_OPAQUE = 4,
    ONNX_TYPE_SPARSETENSOR = 5,
    ONNX_TYPE_OPTIONAL = 6,
}

/// <summary>Type and shape of one input or output of a model.</summary>
public class NodeMetadata
{
    private readonly TensorElementType elementDataType;
    private readonly int[] dimensions;
    private readonly string[] symbolicDimensions;

    internal NodeMetadata(OnnxValueType onnxValueType, TensorElementType elementDataType, int[] dimensions, string[] symbolicDimensions)
    {
        OnnxValueType = onnxValueType;
        this.elementDataType = elementDataType;
        this.dimensions = dimensions;
        this.symbolicDimensions = symbolicDimensions;
    }

    public OnnxValueType OnnxValueType { get; }

    public bool IsTensor => OnnxValueType is OnnxValueType.ONNX_TYPE_TENSOR or OnnxValueType.ONNX_TYPE_SPARSETENSOR;

    /// <summary>The sizes; -1 where the model leaves one open.</summary>
    public int[] Dimensions => OfTensor(dimensions);

    /// <summary>The names of open sizes; empty for the others.</summary>
    public string[] SymbolicDimensions => OfTensor(symbolicDimensions);

    public TensorElementType ElementDataType => OfTensor(elementDataType);

    private T OfTensor<T>(T value) =>
        IsTensor ? value : throw new OnnxRuntimeException(ErrorCode.Fail, "OnnxValueType must either be a tensor or sparse tensor");
}
