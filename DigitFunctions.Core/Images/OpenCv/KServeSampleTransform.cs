using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using DigitFunctions.Core.Images.Decoding;

namespace DigitFunctions.Core.Images.OpenCv;

/// <summary>The KServe sample's transform: read as grey, inverted, squeezed to 28×28, divided by 255; equal bit for bit to OpenCV 4.6.</summary>
/// <remarks>
/// The steps, in order:
/// <list type="number">
/// <item><c>cv2.imread(…, IMREAD_GRAYSCALE)</c>: alpha is dropped, sixteen bits are cut to eight: <see cref="OpenCvGrey"/>; colour becomes grey by libpng's integer weights and the file's gamma: <see cref="LibpngGrey"/>.</item>
/// <item><c>255 - picture</c>, whatever the polarity: the sample takes every picture for dark ink on light paper.</item>
/// <item><c>cv2.resize(…, (28, 28))</c>: INTER_LINEAR in fixed point on bytes, an area mean at a factor of exactly two: <see cref="OpenCvResize"/>.</item>
/// <item>Division by 255, as a <see cref="float"/>.</item>
/// </list>
/// Nothing is framed, cropped or judged: the sample's answers can be compared with those of the same model elsewhere.
/// </remarks>
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
        byte[] grey = PixelPool.Shared.Rent(length);
        try
        {
            (int width, int height) = OpenCvGrey.Read(file, grey);
            Span<byte> small = stackalloc byte[ImageTransform.TensorLength];
            Invert(grey.AsSpan(0, length));
            OpenCvResize.Resize(grey.AsSpan(0, length), width, height, small);
            for (int i = 0; i < small.Length; i++)
            {
                tensor[i] = Scaled[small[i]];
            }
        }
        finally
        {
            PixelPool.Shared.Return(grey);
        }
    }

    /// <summary>255 less each value.</summary>
    private static void Invert(Span<byte> values)
    {
        Span<Vector<byte>> vectors = MemoryMarshal.Cast<byte, Vector<byte>>(values);
        foreach (ref Vector<byte> vector in vectors)
        {
            vector = ~vector;
        }

        foreach (ref byte value in values[(vectors.Length * Vector<byte>.Count)..])
        {
            value = (byte)~value;
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
