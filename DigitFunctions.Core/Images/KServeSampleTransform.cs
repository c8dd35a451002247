using System.Buffers;

namespace DigitFunctions.Core.Images;

/// <summary>The KServe sample's transform: read as grey, inverted, squeezed to 28×28, divided by 255; equal bit for bit to OpenCV 4.6.</summary>
internal static class KServeSampleTransform
{
    private static readonly float[] Scaled = MakeScale();

    /// <summary>Transforms one picture.</summary>
    /// <param name="file">The picture.</param>
    /// <param name="tensor">784 floats; each is the <see cref="float"/> nearest to v / 255 of the byte v that OpenCV computes.</param>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt.</exception>
    public static void Transform(in PictureFile file, Span<float> tensor)
    {
        int length = file.Width * file.Height;
        byte[] grey = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            (int width, int height) = OpenCvGrey.Read(file, grey);
            Span<byte> small = stackalloc byte[ImageTransform.TensorLength];
            foreach (ref byte value in grey.AsSpan(0, length))
            {
                value = (byte)(255 - value);
            }

            OpenCvResize.Resize(grey.AsSpan(0, length), width, height, small);
            for (int i = 0; i < small.Length; i++)
            {
                tensor[i] = Scaled[small[i]];
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(grey);
        }
    }

    private static float[] MakeScale()
    {
        var scale = new float[256];
        for (int i = 0; i < scale.Length; i++)
        {
            scale[i] = (float)(i / 255.0);
        }

        return scale;
    }
}
