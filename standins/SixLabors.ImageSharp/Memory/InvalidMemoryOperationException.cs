namespace SixLabors.ImageSharp.Memory;

/// <summary>A buffer was asked for that cannot be or is not allowed. A decoder hands it out as the inner exception of
/// <see cref="InvalidImageContentException"/>.</summary>
public class InvalidMemoryOperationException : InvalidOperationException
{
    /// <summary>Makes the exception.</summary>
    public InvalidMemoryOperationException()
    {
    }

    /// <summary>Makes the exception with its message.</summary>
    public InvalidMemoryOperationException(string message)
        : base(message)
    {
    }
}
