using System.Globalization;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>What Linux says of a process's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>The most memory that a process has held, in bytes.</summary>
    public static long Peak(int process) => Read(process, "VmHWM:");

    /// <summary>The memory that a process holds, in bytes.</summary>
    public static long Held(int process) => Read(process, "VmRSS:");

    private static long Read(int process, string field)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }
}
