namespace SixLabors.ImageSharp.Formats;

/// <summary>A file format.</summary>
public interface IImageFormat
{
    /// <summary>The format's short name, as "PNG".</summary>
    string Name { get; }

    /// <summary>The media type that names the format best.</summary>
    string DefaultMimeType { get; }

    /// <summary>All media types of the format.</summary>
    IEnumerable<string> MimeTypes { get; }

    /// <summary>All file extensions of the format, without the dot.</summary>
    IEnumerable<string> FileExtensions { get; }
}
