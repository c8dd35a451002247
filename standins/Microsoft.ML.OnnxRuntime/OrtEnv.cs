using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>How much the native runtime writes to standard error.</summary>
public enum OrtLoggingLevel
{
    ORT_LOGGING_LEVEL_VERBOSE = 0,
    ORT_LOGGING_LEVEL_INFO = 1,
    ORT_LOGGING_LEVEL_WARNING = 2,
    ORT_LOGGING_LEVEL_ERROR = 3,
    ORT_LOGGING_LEVEL_FATAL = 4,
}

/// <summary>The runtime's one environment in a process.</summary>
public sealed unsafe class OrtEnv : SafeHandle
{
    private static readonly Lazy<OrtEnv> TheInstance = new(() => new OrtEnv());

    private OrtEnv()
        : base(0, true)
    {
        fixed (byte* logId = NativeApi.ZeroTerminated("CSharpOnnxRuntime"))
        fixed (nint* pointer = &handle)
        {
            NativeApi.Check(NativeApi.CreateEnv((int)OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING, logId, pointer));
        }
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Handle => handle;

    /// <summary>The environment, made on the first call.</summary>
    public static OrtEnv Instance() => TheInstance.Value;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeApi.ReleaseEnv(handle);
        handle = 0;
        return true;
    }
}
