using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>How far the graph is optimised when it is loaded.</summary>
public enum GraphOptimizationLevel
{
    ORT_DISABLE_ALL = 0,
    ORT_ENABLE_BASIC = 1,
    ORT_ENABLE_EXTENDED = 2,
    ORT_ENABLE_ALL = 99,
}

/// <summary>Whether branches of the graph run one after the other or at the same time.</summary>
public enum ExecutionMode
{
    ORT_SEQUENTIAL = 0,
    ORT_PARALLEL = 1,
}

/// <summary>How a session is made.</summary>
public unsafe class SessionOptions : SafeHandle
{
    private bool enableMemoryPattern = true;
    private bool enableCpuMemArena = true;
    private OrtLoggingLevel logSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING;
    private int intraOpNumThreads;
    private int interOpNumThreads;
    private GraphOptimizationLevel graphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL;
    private ExecutionMode executionMode = ExecutionMode.ORT_SEQUENTIAL;

    public SessionOptions()
        : base(0, true)
    {
        fixed (nint* pointer = &handle)
        {
            NativeApi.Check(NativeApi.CreateSessionOptions(pointer));
        }

        OrtEnv.Instance();
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    public bool EnableMemoryPattern
    {
        get => enableMemoryPattern;
        set
        {
            NativeApi.Check(value ? NativeApi.EnableMemPattern(handle) : NativeApi.DisableMemPattern(handle));
            enableMemoryPattern = value;
        }
    }

    public bool EnableCpuMemArena
    {
        get => enableCpuMemArena;
        set
        {
            NativeApi.Check(value ? NativeApi.EnableCpuMemArena(handle) : NativeApi.DisableCpuMemArena(handle));
            enableCpuMemArena = value;
        }
    }

    public OrtLoggingLevel LogSeverityLevel
    {
        get => logSeverityLevel;
        set
        {
            NativeApi.Check(NativeApi.SetSessionLogSeverityLevel(handle, (int)value));
            logSeverityLevel = value;
        }
    }

    public int IntraOpNumThreads
    {
        get => intraOpNumThreads;
        set
        {
            NativeApi.Check(NativeApi.SetIntraOpNumThreads(handle, value));
            intraOpNumThreads = value;
        }
    }

    public int InterOpNumThreads
    {
        get => interOpNumThreads;
        set
        {
            NativeApi.Check(NativeApi.SetInterOpNumThreads(handle, value));
            interOpNumThreads = value;
        }
    }

    public GraphOptimizationLevel GraphOptimizationLevel
    {
        get => graphOptimizationLevel;
        set
        {
            NativeApi.Check(NativeApi.SetSessionGraphOptimizationLevel(handle, (int)value));
            graphOptimizationLevel = value;
        }
    }

    public ExecutionMode ExecutionMode
    {
        get => executionMode;
        set
        {
            NativeApi.Check(NativeApi.SetSessionExecutionMode(handle, (int)value));
            executionMode = value;
        }
    }

    internal nint Handle => handle;

    public void AddSessionConfigEntry(string configKey, string configValue)
    {
        fixed (byte* key = NativeApi.ZeroTerminated(configKey))
        fixed (byte* value = NativeApi.ZeroTerminated(configValue))
        {
            NativeApi.Check(NativeApi.AddSessionConfigEntry(handle, key, value));
        }
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeApi.ReleaseSessionOptions(handle);
        handle = 0;
        return true;
    }
}
