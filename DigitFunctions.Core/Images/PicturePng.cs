using DigitFunctions.Core.Images.Decoding;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace DigitFunctions.Core.Images;

/// <summary>Pictures for people: decoded within the limits and written anew as PNG, so that nothing of an upload but its pixels is ever shown.</summary>
public static class PicturePng
{
    private static readonly PngEncoder Encoder = new() { CompressionLevel = PngCompressionLevel.BestSpeed, IgnoreMetadata = true };

    /// <summary>Decodes a picture, turns it upright, shrinks it where it is large, and writes it as PNG. Large pictures wait for each other.</summary>
    /// <param name="picture">The file's bytes, in any format that is sorted.</param>
    /// <param name="options">The limits.</param>
    /// <param name="longestSide">Most pixels of a side; smaller pictures stay as they are.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="UnreadablePictureException">The bytes are no picture, or one beyond the limits.</exception>
    public static async Task<byte[]> RenderAsync(ReadOnlyMemory<byte> picture, ImagingOptions options, int longestSide, CancellationToken cancellationToken)
    {
        long pixels = PixelsOf(picture.Span, options);
        await ImageTransform.Gate.EnterAsync(pixels, cancellationToken).ConfigureAwait(false);
        try
        {
            PictureFile file = PictureFile.Open(picture.Span, options);
            return file.IsPlainGrey ? Render<L8>(file, longestSide) : Render<Rgba32>(file, longestSide);
        }
        finally
        {
            ImageTransform.Gate.Leave(pixels);
        }
    }

    /// <summary>Writes what the model sees as a PNG of 28×28 pixels.</summary>
    /// <param name="tensor">784 floats in [0, 1], as <see cref="ImageTransform"/> makes them.</param>
    public static byte[] Render(ReadOnlySpan<float> tensor)
    {
        byte[] grey = new byte[ImageTransform.TensorLength];
        for (int i = 0; i < grey.Length; i++)
        {
            grey[i] = (byte)MathF.Round(Math.Clamp(tensor[i], 0, 1) * 255);
        }

        using Image<L8> image = Image.LoadPixelData<L8>(grey, ImageTransform.Side, ImageTransform.Side);
        return Write(image);
    }

    private static long PixelsOf(ReadOnlySpan<byte> picture, ImagingOptions options)
    {
        PictureFile file = PictureFile.Open(picture, options);
        return (long)file.Width * file.Height;
    }

    private static byte[] Render<TPixel>(PictureFile file, int longestSide)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        using Image<TPixel> image = file.Decode<TPixel>();
        if (file.IsInverted)
        {
            image.Mutate(picture => picture.Invert());
        }

        if (Math.Max(image.Width, image.Height) > longestSide)
        {
            image.Mutate(picture => picture.Resize(new ResizeOptions { Mode = ResizeMode.Max, Size = new Size(longestSide, longestSide), Sampler = KnownResamplers.Box }));
        }

        (RotateMode rotate, FlipMode flip) = Turn(file.Orientation);
        image.Mutate(picture => picture.RotateFlip(rotate, flip));
        return Write(image);
    }

    /// <summary>What makes a stored raster upright: first the turn, then the flip.</summary>
    private static (RotateMode Rotate, FlipMode Flip) Turn(int orientation) => orientation switch
    {
        2 => (RotateMode.None, FlipMode.Horizontal),
        3 => (RotateMode.Rotate180, FlipMode.None),
        4 => (RotateMode.None, FlipMode.Vertical),
        5 => (RotateMode.Rotate90, FlipMode.Horizontal),
        6 => (RotateMode.Rotate90, FlipMode.None),
        7 => (RotateMode.Rotate270, FlipMode.Horizontal),
        8 => (RotateMode.Rotate270, FlipMode.None),
        _ => (RotateMode.None, FlipMode.None),
    };

    private static byte[] Write<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        var png = new MemoryStream();
        image.Save(png, Encoder);
        return png.ToArray();
    }
}
