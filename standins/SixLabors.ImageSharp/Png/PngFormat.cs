namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Portable Network Graphics.</summary>
public sealed class PngFormat : IImageFormat
{
    private PngFormat()
    {
    }

    /// <summary>The one instance.</summary>
    public static PngFormat Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "PNG";

    /// <inheritdoc/>
    public string DefaultMimeType => "image/png";

    /// <inheritdoc/>
    public IEnumerable<string> MimeTypes { get; } = ["image/png", "image/apng"];

    /// <inheritdoc/>
    public IEnumerable<string> FileExtensions { get; } = ["png", "apng"];

    internal static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    internal static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);
}
