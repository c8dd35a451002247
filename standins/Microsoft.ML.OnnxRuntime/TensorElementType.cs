namespace Microsoft.ML.OnnxRuntime.Tensors;

/// <summary>The type of a tensor's elements.</summary>
public enum TensorElementType
{
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    BFloat16 = 16,
    DataTypeMax = 17,
}

/// <summary>The element types of .NET that a tensor can hold here.</summary>
internal static class ElementTypes
{
    internal static TensorElementType? Of(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Single => TensorElementType.Float,
        TypeCode.Byte => TensorElementType.UInt8,
        TypeCode.SByte => TensorElementType.Int8,
        TypeCode.UInt16 => TensorElementType.UInt16,
        TypeCode.Int16 => TensorElementType.Int16,
        TypeCode.Int32 => TensorElementType.Int32,
        TypeCode.Int64 => TensorElementType.Int64,
        TypeCode.Boolean => TensorElementType.Bool,
        TypeCode.Double => TensorElementType.Double,
        TypeCode.UInt32 => TensorElementType.UInt32,
        TypeCode.UInt64 => TensorElementType.UInt64,
        _ => null,
    };
}
