using System.Buffers;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>A native value, here always a tensor.</summary>
public unsafe class OrtValue : IDisposable
{
    private nint handle;
    private MemoryHandle pinned;

    internal OrtValue(nint handle) => this.handle = handle;

    private OrtValue(nint handle, MemoryHandle pinned)
        : this(handle) => this.pinned = pinned;

    ~OrtValue() => Dispose(false);

    public OnnxValueType OnnxType
    {
        get
        {
            int type;
            NativeApi.Check(NativeApi.GetValueType(Handle, &type));
            return (OnnxValueType)type;
        }
    }

    internal nint Handle => handle != 0 ? handle : throw new ObjectDisposedException(nameof(OrtValue));

    /// <summary>A tensor over managed memory, which stays pinned until the value is disposed.</summary>
    public static OrtValue CreateTensorValueFromMemory<T>(OrtMemoryInfo memoryInfo, Memory<T> memory, long[] shape)
        where T : unmanaged
    {
        TensorElementType elementType = ElementTypes.Of(typeof(T))
            ?? throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"Tensor of type: {typeof(T)} is not supported");
        long elements = 1;
        foreach (long size in shape)
        {
            elements = size >= 0
                ? checked(elements * size)
                : throw new OnnxRuntimeException(ErrorCode.InvalidArgument, $"Shape must not have negative elements: {size}");
        }

        if (elements > memory.Length)
        {
            throw new OnnxRuntimeException(
                ErrorCode.InvalidArgument, $"Managed memory size: {memory.Length} elements is less than shape size: {elements} elements");
        }

        MemoryHandle pin = memory.Pin();
        try
        {
            nint value;
            fixed (long* sizes = shape)
            {
                NativeApi.Check(NativeApi.CreateTensorWithDataAsOrtValue(
                    memoryInfo.Pointer, pin.Pointer, (nuint)memory.Length * (nuint)sizeof(T), sizes, (nuint)shape.Length, (int)elementType, &value));
            }

            return new OrtValue(value, pin);
        }
        catch
        {
            pin.Dispose();
            throw;
        }
    }

    /// <inheritdoc cref="CreateTensorValueFromMemory{T}(OrtMemoryInfo, Memory{T}, long[])"/>
    public static OrtValue CreateTensorValueFromMemory<T>(T[] data, long[] shape)
        where T : unmanaged => CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, new Memory<T>(data), shape);

    public OrtTensorTypeAndShapeInfo GetTensorTypeAndShape()
    {
        nint info;
        NativeApi.Check(NativeApi.GetTensorTypeAndShape(Handle, &info));
        try
        {
            return new OrtTensorTypeAndShapeInfo(info);
        }
        finally
        {
            NativeApi.ReleaseTensorTypeAndShapeInfo(info);
        }
    }

    /// <summary>The tensor's elements; valid until the value is disposed.</summary>
    public ReadOnlySpan<T> GetTensorDataAsSpan<T>()
        where T : unmanaged
    {
        OrtTensorTypeAndShapeInfo info = GetTensorTypeAndShape();
        if (info.ElementDataType != ElementTypes.Of(typeof(T)))
        {
            throw new OnnxRuntimeException(
                ErrorCode.InvalidArgument, $"Requested type: {typeof(T)} does not match the actual type: {info.ElementDataType}");
        }

        if (info.ElementCount == 0)
        {
            return [];
        }

        void* data;
        NativeApi.Check(NativeApi.GetTensorMutableData(Handle, &data));
        return new ReadOnlySpan<T>(data, checked((int)info.ElementCount));
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        nint released = Interlocked.Exchange(ref handle, 0);
        if (released != 0)
        {
            NativeApi.ReleaseValue(released);
            pinned.Dispose();
        }
    }
}
