using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

/// <summary>What may come of a file, whatever is in it: a tensor, or a reason.</summary>
internal static class ReadOrUnreadable
{
    /// <summary>Transforms a file.</summary>
    /// <returns>Why it is unreadable; null where it was read.</returns>
    /// <exception cref="InvalidDataException">The tensor has a value that is not in [0, 1], or the reason is empty.</exception>
    public static string? Check(byte[] file, ImagingProfile profile)
    {
        Span<float> tensor = stackalloc float[ImageTransform.TensorLength];
        tensor.Fill(float.NaN);
        try
        {
            ImageTransform.Transform(file, new ImagingOptions { Profile = profile }, tensor);
        }
        catch (UnreadablePictureException refused)
        {
            return !string.IsNullOrWhiteSpace(refused.Message) ? refused.Message : throw new InvalidDataException("The file was refused without a reason.", refused);
        }

        for (int i = 0; i < tensor.Length; i++)
        {
            if (tensor[i] is not (>= 0 and <= 1))
            {
                throw new InvalidDataException($"Value {i} of the tensor is {tensor[i]}, not a number from 0 to 1.");
            }
        }

        return null;
    }
}
