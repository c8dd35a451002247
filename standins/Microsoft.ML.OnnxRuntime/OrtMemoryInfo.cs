using System.Runtime.InteropServices;

namespace Microsoft.ML.OnnxRuntime;

/// <summary>Where a tensor's memory lies.</summary>
public unsafe class OrtMemoryInfo : SafeHandle
{
    private const int DeviceAllocator = 0;
    private const int CpuMemory = -1;

    private static readonly Lazy<OrtMemoryInfo> Cpu = new(() => new OrtMemoryInfo());

    private OrtMemoryInfo()
        : base(0, true)
    {
        fixed (nint* pointer = &handle)
        {
            NativeApi.Check(NativeApi.CreateCpuMemoryInfo(DeviceAllocator, CpuMemory, pointer));
        }
    }

    /// <summary>The process's own memory.</summary>
    public static OrtMemoryInfo DefaultInstance => Cpu.Value;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal nint Pointer => handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeApi.ReleaseMemoryInfo(handle);
        handle = 0;
        return true;
    }
}
