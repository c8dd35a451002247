using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Type and shape of a tensor.</summary>
public unsafe struct OrtTensorTypeAndShapeInfo
{
    internal OrtTensorTypeAndShapeInfo(nint handle)
    {
        nuint count;
        NativeApi.Check(NativeApi.GetTensorShapeElementCount(handle, &count));
        ElementCount = (long)count;
        (ElementDataType, Shape) = Read(handle);
    }

    public TensorElementType ElementDataType { get; }

    public long ElementCount { get; }

    public long[] Shape { get; }

    /// <summary>Element type and sizes; unlike the count they can be told where a size is open (-1).</summary>
    internal static (TensorElementType ElementType, long[] Shape) Read(nint handle)
    {
        int type;
        nuint rank;
        NativeApi.Check(NativeApi.GetTensorElementType(handle, &type));
        NativeApi.Check(NativeApi.GetDimensionsCount(handle, &rank));
        long[] shape = new long[rank];
        fixed (long* sizes = shape)
        {
            NativeApi.Check(NativeApi.GetDimensions(handle, sizes, rank));
        }

        return ((TensorElementType)type, shape);
    }
}
