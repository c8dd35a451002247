using DigitFunctions.Core.Images.Decoding;
using DigitFunctions.Core.Images.OpenCv;
using DigitFunctions.Core.Images.Robust;

namespace DigitFunctions.Core.Images;

/// <summary>Turns the bytes of a picture into the numbers that the model reads.</summary>
public static class ImageTransform
{
    /// <summary>Pixels a side of the tensor.</summary>
    public const int Side = 28;

    /// <summary>Floats in the tensor of one picture.</summary>
    public const int TensorLength = Side * Side;

    /// <summary>What every decoder of this process passes. A decoded pixel takes up to nine bytes: 150 MB for all threads together.</summary>
    internal static PixelGate Gate { get; } = new(1 << 24);

    /// <summary>The tensor at a place among many.</summary>
    internal static Memory<float> TensorOf(float[] tensors, int place) => tensors.AsMemory(place * TensorLength, TensorLength);

    /// <summary>Transforms one picture. Large pictures wait for each other, so that many threads need no more memory than one.</summary>
    /// <param name="picture">The file's bytes, in any format that ImageSharp knows.</param>
    /// <param name="options">The profile and the limits.</param>
    /// <param name="tensor">784 floats that receive the result: [0, 1], row-major 28×28, light ink on dark, as MNIST.</param>
    /// <exception cref="UnreadablePictureException">The bytes are no picture, or one beyond the limits, or a blank one.</exception>
    /// <exception cref="ArgumentException">The tensor is not 784 floats long.</exception>
    /// <returns>What else was found out about the picture.</returns>
    public static TransformedPicture Transform(ReadOnlySpan<byte> picture, ImagingOptions options, Span<float> tensor)
    {
        PictureFile file = Open(picture, options, tensor);
        ValueTask entered = Gate.EnterAsync(PixelsOf(file), CancellationToken.None);
        if (!entered.IsCompletedSuccessfully)
        {
            entered.AsTask().GetAwaiter().GetResult();
        }

        return TransformInside(file, options, tensor);
    }

    /// <summary>Transforms one picture; while a large one waits for others it holds no thread.</summary>
    /// <inheritdoc cref="Transform"/>
    /// <param name="picture">The file's bytes, in any format that ImageSharp knows.</param>
    /// <param name="options">The profile and the limits.</param>
    /// <param name="tensor">784 floats that receive the result: [0, 1], row-major 28×28, light ink on dark, as MNIST.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static ValueTask<TransformedPicture> TransformAsync(ReadOnlyMemory<byte> picture, ImagingOptions options, Memory<float> tensor, CancellationToken cancellationToken)
    {
        PictureFile file = Open(picture.Span, options, tensor.Span);
        ValueTask entered = Gate.EnterAsync(PixelsOf(file), cancellationToken);
        if (!entered.IsCompletedSuccessfully)
        {
            return WaitAndTransformAsync(entered.AsTask(), picture, options, tensor);
        }

        return ValueTask.FromResult(TransformInside(file, options, tensor.Span));
    }

    private static async ValueTask<TransformedPicture> WaitAndTransformAsync(Task entered, ReadOnlyMemory<byte> picture, ImagingOptions options, Memory<float> tensor)
    {
        await entered.ConfigureAwait(false);
        return TransformInside(PictureFile.Open(picture.Span, options), options, tensor.Span);
    }

    private static PictureFile Open(ReadOnlySpan<byte> picture, ImagingOptions options, ReadOnlySpan<float> tensor)
    {
        ArgumentNullException.ThrowIfNull(options);
        return tensor.Length == TensorLength
            ? PictureFile.Open(picture, options)
            : throw new ArgumentException($"The tensor has {tensor.Length} floats, it needs {TensorLength}.", nameof(tensor));
    }

    private static long PixelsOf(PictureFile file) => (long)file.Width * file.Height;

    /// <summary>Transforms a picture that was let in, and lets the next one in.</summary>
    private static TransformedPicture TransformInside(PictureFile file, ImagingOptions options, Span<float> tensor)
    {
        try
        {
            if (options.Profile == ImagingProfile.Robust)
            {
                return RobustTransform.Transform(file, tensor);
            }

            KServeSampleTransform.Transform(file, tensor);
            return default;
        }
        finally
        {
            Gate.Leave(PixelsOf(file));
        }
    }
}
