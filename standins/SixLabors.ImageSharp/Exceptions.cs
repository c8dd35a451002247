using SixLabors.ImageSharp.Memory;

namespace SixLabors.ImageSharp;

/// <summary>The bytes are no picture that can be decoded.</summary>
public class ImageFormatException : Exception
{
    internal ImageFormatException(string errorMessage)
        : base(errorMessage)
    {
    }

    internal ImageFormatException(string errorMessage, Exception innerException)
        : base(errorMessage, innerException)
    {
    }
}

/// <summary>No decoder knows the format.</summary>
public sealed class UnknownImageFormatException : ImageFormatException
{
    /// <summary>Makes the exception.</summary>
    public UnknownImageFormatException(string errorMessage)
        : base(errorMessage)
    {
    }
}

/// <summary>The format is known and the content breaks its rules.</summary>
public sealed class InvalidImageContentException : ImageFormatException
{
    /// <summary>Makes the exception.</summary>
    public InvalidImageContentException(string errorMessage)
        : base(errorMessage)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public InvalidImageContentException(string errorMessage, Exception innerException)
        : base(errorMessage, innerException)
    {
    }

    internal InvalidImageContentException(Size size, InvalidMemoryOperationException memoryException)
        : this(
            $"Cannot decode image. Failed to allocate buffers for possibly degenerate dimensions: {size.Width}x{size.Height}.",
            memoryException)
    {
    }
}

/// <summary>An operation on a decoded picture failed. Declared for those who catch it: nothing here throws it.</summary>
public sealed class ImageProcessingException : Exception
{
    /// <summary>Makes the exception.</summary>
    public ImageProcessingException()
    {
    }

    /// <summary>Makes the exception with its message.</summary>
    public ImageProcessingException(string errorMessage)
        : base(errorMessage)
    {
    }

    /// <summary>Makes the exception with its message and cause.</summary>
    public ImageProcessingException(string errorMessage, Exception innerException)
        : base(errorMessage, innerException)
    {
    }
}
