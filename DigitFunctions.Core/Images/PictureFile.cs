using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Core.Images;

/// <summary>A picture's bytes whose header is read and within the limits, but whose pixels are not decoded yet.</summary>
internal readonly ref struct PictureFile
{
    private static readonly Configuration FirstFrame = FirstFrameOf(Configuration.Default);

    private readonly ReadOnlySpan<byte> _bytes;

    private PictureFile(ReadOnlySpan<byte> bytes, int width, int height, PngChunks png, bool isPng, int orientation)
    {
        _bytes = bytes;
        Width = width;
        Height = height;
        Png = png;
        IsPng = isPng;
        Orientation = orientation;
    }

    /// <summary>Stored pixels a row.</summary>
    public int Width { get; }

    /// <summary>Stored rows.</summary>
    public int Height { get; }

    /// <summary>Whether the file is a PNG; only then is there something in <see cref="Png"/>.</summary>
    public bool IsPng { get; }

    /// <summary>What the chunks of a PNG say.</summary>
    public PngChunks Png { get; }

    /// <summary>How the stored raster lies in the picture, 1 to 8 as in Exif.</summary>
    public int Orientation { get; }

    /// <summary>Reads a file's header and holds it against the limits.</summary>
    /// <exception cref="UnreadablePictureException">The bytes are no picture, a truncated one, or one beyond the limits.</exception>
    public static PictureFile Open(ReadOnlySpan<byte> bytes, ImagingOptions options)
    {
        if (bytes.IsEmpty)
        {
            throw new UnreadablePictureException("the file is empty");
        }

        if (bytes.Length > options.MaxBytes)
        {
            throw new UnreadablePictureException($"{bytes.Length} bytes are more than the {options.MaxBytes} allowed (Imaging__MaxBytes)");
        }

        // A PNG's header has 32 bits for each side, ImageSharp's number one less: a negative one is a very large one.
        IImageInfo header = Identify(bytes);
        (uint width, uint height) = ((uint)header.Width, (uint)header.Height);
        if ((ulong)width * height > (ulong)options.MaxPixels)
        {
            throw new UnreadablePictureException(
                $"{width}×{height} pixels are more than the {options.MaxPixels} allowed (Imaging__MaxPixels)");
        }

        if (bytes.StartsWith(PngChunks.Signature))
        {
            PngChunks png = PngChunks.Parse(bytes);
            return png.IsComplete
                ? new PictureFile(bytes, header.Width, header.Height, png, true, Math.Max(png.Orientation, ExifOrientation.Upright))
                : throw new UnreadablePictureException("the PNG file is truncated: it has no end");
        }

        int orientation = bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8]) ? ExifOrientation.Read(ExifOrientation.FindInJpeg(bytes)) : ExifOrientation.Upright;
        return new PictureFile(bytes, header.Width, header.Height, default, false, orientation);
    }

    /// <summary>Decodes the first frame.</summary>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt.</exception>
    public Image<TPixel> Decode<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel> image;
        try
        {
            image = Image.Load<TPixel>(FirstFrame, _bytes);
        }
        catch (Exception exception) when (IsBadContent(exception))
        {
            throw NotReadable(exception);
        }

        if (image.Width == Width && image.Height == Height && (!IsPng || !MayLackRows(image) || PngData.IsWhole(_bytes, Png, Width, Height)))
        {
            return image;
        }

        image.Dispose();
        throw new UnreadablePictureException($"the picture is truncated or corrupt: its content is less than the {Width}×{Height} pixels that its header says");
    }

    /// <summary>Whether the last row is black, or the order of rows tells nothing: only then rows may be missing.</summary>
    private bool MayLackRows<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        bool isBlack = false;
        image.ProcessPixelRows(rows => isBlack = !MemoryMarshal.AsBytes(rows.GetRowSpan(rows.Height - 1)).ContainsAnyExcept((byte)0));
        return isBlack || Png.IsInterlaced;
    }

    private static unsafe IImageInfo Identify(ReadOnlySpan<byte> bytes)
    {
        try
        {
            fixed (byte* start = bytes)
            {
                using var stream = new UnmanagedMemoryStream(start, bytes.Length);
                return Image.Identify(FirstFrame, stream) ?? throw new UnknownImageFormatException("no known format");
            }
        }
        catch (Exception exception) when (IsBadContent(exception))
        {
            throw NotReadable(exception);
        }
    }

    /// <summary>A configuration that decodes the first frame alone, where the default decodes all.</summary>
    private static Configuration FirstFrameOf(Configuration original)
    {
        Configuration configuration = original.Clone();
        configuration.ImageFormatsManager.SetDecoder(GifFormat.Instance, new GifDecoder { DecodingMode = FrameDecodingMode.First, IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(TiffFormat.Instance, new TiffDecoder { DecodingMode = FrameDecodingMode.First, IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(PngFormat.Instance, new PngDecoder { IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
        return configuration;
    }

    // A decoder that is given bytes in memory depends on nothing else, so whatever it throws is the bytes' fault; only memory can run out without it.
    private static bool IsBadContent(Exception exception) => exception is not OutOfMemoryException;

    private static UnreadablePictureException NotReadable(Exception exception) => exception switch
    {
        UnknownImageFormatException => new("not a picture: no known image format begins with these bytes", exception),
        InvalidMemoryOperationException => new($"the picture needs more memory than a decoder may take: {FirstLine(exception)}", exception),
        NotSupportedException => new($"the picture uses a feature that cannot be decoded: {FirstLine(exception)}", exception),
        _ => new($"the picture is truncated or corrupt: {FirstLine(exception)}", exception),
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].Trim();
}
