using SixLabors.ImageSharp.Memory;

namespace SixLabors.ImageSharp;

/// <summary>What decoders share.</summary>
public sealed class Configuration
{
    private MemoryAllocator memoryAllocator = MemoryAllocator.Default;

    /// <summary>The configuration where none is given.</summary>
    public static Configuration Default { get; } = new();

    /// <summary>Allocates pixel buffers, and limits them.</summary>
    public MemoryAllocator MemoryAllocator
    {
        get => memoryAllocator;
        set
        {
            ArgumentNullException.ThrowIfNull(value, nameof(MemoryAllocator));
            memoryAllocator = value;
        }
    }

    /// <summary>A copy that can be changed without changing this one.</summary>
    public Configuration Clone() => new() { memoryAllocator = memoryAllocator };
}
