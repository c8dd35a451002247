namespace SixLabors.ImageSharp.Formats;

/// <summary>How to decode.</summary>
public sealed class DecoderOptions
{
    private readonly uint maxFrames = int.MaxValue;

    internal static DecoderOptions Default { get; } = new();

    /// <summary>What decoders share.</summary>
    public Configuration Configuration { get; init; } = Configuration.Default;

    /// <summary>Whether to leave out metadata. The stand-in reads none but a PNG's own, whatever is asked.</summary>
    public bool SkipMetadata { get; init; }

    /// <summary>The most frames to decode. The stand-in decodes a PNG's default image only, whatever is asked.</summary>
    public uint MaxFrames
    {
        get => maxFrames;
        init => maxFrames = Math.Clamp(value, 1, int.MaxValue);
    }
}
