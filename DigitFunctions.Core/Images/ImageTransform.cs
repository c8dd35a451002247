namespace DigitFunctions.Core.Images;

/// <summary>Turns the bytes of a picture into the numbers that the model reads.</summary>
public static class ImageTransform
{
    /// <summary>Pixels a side of the tensor.</summary>
    public const int Side = 28;

    /// <summary>Floats in the tensor of one picture.</summary>
    public const int TensorLength = Side * Side;

    // A decoded pixel takes up to nine bytes: 150 MB for all threads together.
    private static readonly PixelGate Gate = new(1 << 24);

    /// <summary>Transforms one picture. Large pictures wait for each other, so that many threads need no more memory than one.</summary>
    /// <param name="picture">The file's bytes, in any format that ImageSharp knows.</param>
    /// <param name="options">The profile and the limits.</param>
    /// <param name="tensor">784 floats that receive the result: [0, 1], row-major 28×28, light ink on dark, as MNIST.</param>
    /// <exception cref="UnreadablePictureException">The bytes are no picture, or one beyond the limits, or a blank one.</exception>
    /// <exception cref="ArgumentException">The tensor is not 784 floats long.</exception>
    public static void Transform(ReadOnlySpan<byte> picture, ImagingOptions options, Span<float> tensor)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (tensor.Length != TensorLength)
        {
            throw new ArgumentException($"The tensor has {tensor.Length} floats, it needs {TensorLength}.", nameof(tensor));
        }

        PictureFile file = PictureFile.Open(picture, options);
        long pixels = (long)file.Width * file.Height;
        Gate.Enter(pixels);
        try
        {
            if (options.Profile == ImagingProfile.KServeSample)
            {
                KServeSampleTransform.Transform(file, tensor);
            }
            else
            {
                RobustTransform.Transform(file, tensor);
            }
        }
        finally
        {
            Gate.Leave(pixels);
        }
    }
}
