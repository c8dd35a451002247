using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>
/// The functions of the C API that are used here, each with its place in <c>struct OrtApi</c>.
/// Source of places and signatures: include/onnxruntime/core/session/onnxruntime_c_api.h of microsoft/onnxruntime, whose rule is to append and never to reorder.
/// </summary>
internal static unsafe class NativeApi
{
    /// <summary>The version of the table that is asked for; everything used here is in it since long before.</summary>
    private const uint ApiVersion = 17;

    private static readonly void** Table = LoadTable();

    internal static delegate* unmanaged<nint, int> GetErrorCode => (delegate* unmanaged<nint, int>)Table[1];
    internal static delegate* unmanaged<nint, byte*> GetErrorMessage => (delegate* unmanaged<nint, byte*>)Table[2];
    internal static delegate* unmanaged<int, byte*, nint*, nint> CreateEnv => (delegate* unmanaged<int, byte*, nint*, nint>)Table[3];
    internal static delegate* unmanaged<nint, void*, nint, nint*, nint> CreateSession => (delegate* unmanaged<nint, void*, nint, nint*, nint>)Table[7];
    internal static delegate* unmanaged<nint, void*, nuint, nint, nint*, nint> CreateSessionFromArray => (delegate* unmanaged<nint, void*, nuint, nint, nint*, nint>)Table[8];
    internal static delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint> Run =>
        (delegate* unmanaged<nint, nint, nint*, nint*, nuint, nint*, nuint, nint*, nint>)Table[9];
    internal static delegate* unmanaged<nint*, nint> CreateSessionOptions => (delegate* unmanaged<nint*, nint>)Table[10];
    internal static delegate* unmanaged<nint, int, nint> SetSessionExecutionMode => (delegate* unmanaged<nint, int, nint>)Table[13];
    internal static delegate* unmanaged<nint, nint> EnableMemPattern => (delegate* unmanaged<nint, nint>)Table[16];
    internal static delegate* unmanaged<nint, nint> DisableMemPattern => (delegate* unmanaged<nint, nint>)Table[17];
    internal static delegate* unmanaged<nint, nint> EnableCpuMemArena => (delegate* unmanaged<nint, nint>)Table[18];
    internal static delegate* unmanaged<nint, nint> DisableCpuMemArena => (delegate* unmanaged<nint, nint>)Table[19];
    internal static delegate* unmanaged<nint, int, nint> SetSessionLogSeverityLevel => (delegate* unmanaged<nint, int, nint>)Table[22];
    internal static delegate* unmanaged<nint, int, nint> SetSessionGraphOptimizationLevel => (delegate* unmanaged<nint, int, nint>)Table[23];
    internal static delegate* unmanaged<nint, int, nint> SetIntraOpNumThreads => (delegate* unmanaged<nint, int, nint>)Table[24];
    internal static delegate* unmanaged<nint, int, nint> SetInterOpNumThreads => (delegate* unmanaged<nint, int, nint>)Table[25];
    internal static delegate* unmanaged<nint, nuint*, nint> SessionGetInputCount => (delegate* unmanaged<nint, nuint*, nint>)Table[30];
    internal static delegate* unmanaged<nint, nuint*, nint> SessionGetOutputCount => (delegate* unmanaged<nint, nuint*, nint>)Table[31];
    internal static delegate* unmanaged<nint, nuint, nint*, nint> SessionGetInputTypeInfo => (delegate* unmanaged<nint, nuint, nint*, nint>)Table[33];
    internal static delegate* unmanaged<nint, nuint, nint*, nint> SessionGetOutputTypeInfo => (delegate* unmanaged<nint, nuint, nint*, nint>)Table[34];
    internal static delegate* unmanaged<nint, nuint, nint, nint*, nint> SessionGetInputName => (delegate* unmanaged<nint, nuint, nint, nint*, nint>)Table[36];
    internal static delegate* unmanaged<nint, nuint, nint, nint*, nint> SessionGetOutputName => (delegate* unmanaged<nint, nuint, nint, nint*, nint>)Table[37];
    internal static delegate* unmanaged<nint*, nint> CreateRunOptions => (delegate* unmanaged<nint*, nint>)Table[39];
    internal static delegate* unmanaged<nint, nint> RunOptionsSetTerminate => (delegate* unmanaged<nint, nint>)Table[46];
    internal static delegate* unmanaged<nint, nint> RunOptionsUnsetTerminate => (delegate* unmanaged<nint, nint>)Table[47];
    internal static delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue =>
        (delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)Table[49];
    internal static delegate* unmanaged<nint, void**, nint> GetTensorMutableData => (delegate* unmanaged<nint, void**, nint>)Table[51];
    internal static delegate* unmanaged<nint, nint*, nint> CastTypeInfoToTensorInfo => (delegate* unmanaged<nint, nint*, nint>)Table[55];
    internal static delegate* unmanaged<nint, int*, nint> GetOnnxTypeFromTypeInfo => (delegate* unmanaged<nint, int*, nint>)Table[56];
    internal static delegate* unmanaged<nint, int*, nint> GetTensorElementType => (delegate* unmanaged<nint, int*, nint>)Table[60];
    internal static delegate* unmanaged<nint, nuint*, nint> GetDimensionsCount => (delegate* unmanaged<nint, nuint*, nint>)Table[61];
    internal static delegate* unmanaged<nint, long*, nuint, nint> GetDimensions => (delegate* unmanaged<nint, long*, nuint, nint>)Table[62];
    internal static delegate* unmanaged<nint, byte**, nuint, nint> GetSymbolicDimensions => (delegate* unmanaged<nint, byte**, nuint, nint>)Table[63];
    internal static delegate* unmanaged<nint, nuint*, nint> GetTensorShapeElementCount => (delegate* unmanaged<nint, nuint*, nint>)Table[64];
    internal static delegate* unmanaged<nint, nint*, nint> GetTensorTypeAndShape => (delegate* unmanaged<nint, nint*, nint>)Table[65];
    internal static delegate* unmanaged<nint, int*, nint> GetValueType => (delegate* unmanaged<nint, int*, nint>)Table[67];
    internal static delegate* unmanaged<int, int, nint*, nint> CreateCpuMemoryInfo => (delegate* unmanaged<int, int, nint*, nint>)Table[69];
    internal static delegate* unmanaged<nint, void*, nint> AllocatorFree => (delegate* unmanaged<nint, void*, nint>)Table[76];
    internal static delegate* unmanaged<nint*, nint> GetAllocatorWithDefaultOptions => (delegate* unmanaged<nint*, nint>)Table[78];
    internal static delegate* unmanaged<nint, void> ReleaseEnv => (delegate* unmanaged<nint, void>)Table[92];
    internal static delegate* unmanaged<nint, void> ReleaseStatus => (delegate* unmanaged<nint, void>)Table[93];
    internal static delegate* unmanaged<nint, void> ReleaseMemoryInfo => (delegate* unmanaged<nint, void>)Table[94];
    internal static delegate* unmanaged<nint, void> ReleaseSession => (delegate* unmanaged<nint, void>)Table[95];
    internal static delegate* unmanaged<nint, void> ReleaseValue => (delegate* unmanaged<nint, void>)Table[96];
    internal static delegate* unmanaged<nint, void> ReleaseRunOptions => (delegate* unmanaged<nint, void>)Table[97];
    internal static delegate* unmanaged<nint, void> ReleaseTypeInfo => (delegate* unmanaged<nint, void>)Table[98];
    internal static delegate* unmanaged<nint, void> ReleaseTensorTypeAndShapeInfo => (delegate* unmanaged<nint, void>)Table[99];
    internal static delegate* unmanaged<nint, void> ReleaseSessionOptions => (delegate* unmanaged<nint, void>)Table[100];
    internal static delegate* unmanaged<nint, byte*, byte*, nint> AddSessionConfigEntry => (delegate* unmanaged<nint, byte*, byte*, nint>)Table[130];

    /// <summary>Throws for a status that is an error, and releases it.</summary>
    internal static void Check(nint status)
    {
        if (status == 0)
        {
            return;
        }

        OnnxRuntimeException error = new((ErrorCode)GetErrorCode(status), Text(GetErrorMessage(status)));
        ReleaseStatus(status);
        throw error;
    }

    /// <summary>The text as UTF-8 with a zero behind it.</summary>
    internal static byte[] ZeroTerminated(string text)
    {
        byte[] utf8 = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, utf8);
        return utf8;
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? string.Empty;

    private static void** LoadTable()
    {
        ApiBase* entry = OrtGetApiBase();
        void** table = entry->GetApi(ApiVersion);
        return table != null
            ? table
            : throw new NotSupportedException($"The native ONNX Runtime {Text(entry->GetVersionString())} does not offer version {ApiVersion} of its C API.");
    }

    [DllImport("onnxruntime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static extern ApiBase* OrtGetApiBase();

    [StructLayout(LayoutKind.Sequential)]
    private struct ApiBase
    {
        internal delegate* unmanaged<uint, void**> GetApi;
        internal delegate* unmanaged<byte*> GetVersionString;
    }
}
