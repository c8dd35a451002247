using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>How one run is done, and how it is stopped.</summary>
public unsafe class RunOptions : SafeHandle
{
    private bool terminate;

    public RunOptions()
        : base(0, true)
    {
        fixed (nint* pointer = &handle)
        {
            NativeApi.Check(NativeApi.CreateRunOptions(pointer));
        }
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Stops all runs that use these options, and any that begins with them.</summary>
    public bool Terminate
    {
        get => terminate;
        set
        {
            if (terminate != value)
            {
                NativeApi.Check(value ? NativeApi.RunOptionsSetTerminate(handle) : NativeApi.RunOptionsUnsetTerminate(handle));
                terminate = value;
            }
        }
    }

    internal nint Handle => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeApi.ReleaseRunOptions(handle);
        handle = 0;
        return true;
    }
}
