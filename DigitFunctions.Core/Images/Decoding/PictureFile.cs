using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>A picture's bytes whose header is read and within the limits, but whose pixels are not decoded yet.</summary>
/// <remarks>
/// ImageSharp decodes; what stands around it keeps hostile files cheap and reads as libpng, libjpeg and libtiff do. The steps, in order:
/// <list type="number">
/// <item>The format is told by the first bytes; formats that cannot be read here are named: <see cref="ForeignFormats"/>.</item>
/// <item>Bytes and pixels are held against the limits by the header alone, so that a decompression bomb costs nothing; orientation is read: <see cref="ExifOrientation"/>.</item>
/// <item>What the library would misread, or work on without an end, is set right or refused before it sees the file: <see cref="PngChunks"/>, <see cref="PngData"/>, <see cref="Adam7"/>,
/// <see cref="JpegSegments"/>, <see cref="TiffTags"/>, <see cref="GifFrame"/>.</item>
/// <item>Only so many pixels are decoded at a time in a process: <see cref="PixelGate"/>; the arrays come from <see cref="PixelPool"/>.</item>
/// <item>Decoding, by <see cref="PictureDecoders"/>, into <see cref="GreyRaster"/> for <c>Robust</c>, which puts an opaque ground below transparent pictures (<see cref="TransparentGround"/>).</item>
/// </list>
/// </remarks>
internal readonly ref struct PictureFile
{
    // More than any encoder writes; each one is work for every block of the picture, however few bytes it has.
    private const int MostScans = 100;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Configuration _decoders;

    private PictureFile(ReadOnlySpan<byte> bytes, IImageInfo header, Configuration decoders)
    {
        _bytes = bytes;
        _decoders = decoders;
        Width = header.Width;
        Height = header.Height;
        Orientation = ExifOrientation.Upright;
    }

    /// <summary>The file.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Stored pixels a row.</summary>
    public int Width { get; }

    /// <summary>Stored rows.</summary>
    public int Height { get; }

    /// <summary>Whether the file is a PNG; only then is there something in <see cref="Png"/>.</summary>
    public bool IsPng { get; private init; }

    /// <summary>Whether one byte a pixel holds all that the picture has: a PNG in grey, without transparency.</summary>
    public bool IsPlainGrey => IsPng && Png is { ColorType: 0, BitDepth: <= 8, HasTransparency: false };

    /// <summary>Whether the file is a JPEG.</summary>
    public bool IsJpeg => JpegSegments.IsJpeg(_bytes);

    /// <summary>Whether the file is a WebP.</summary>
    public bool IsWebp => IsWebpFile(_bytes);

    /// <summary>Whether black is white in what is decoded.</summary>
    public bool IsInverted { get; private init; }

    /// <summary>What the chunks of a PNG say.</summary>
    public PngChunks Png { get; private init; }

    /// <summary>How the stored raster lies in the picture, 1 to 8 as in Exif.</summary>
    public int Orientation { get; private init; }

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

        if (ForeignFormats.Refusal(bytes) is { } refusal)
        {
            throw new UnreadablePictureException(refusal);
        }

        bool isPng = bytes.StartsWith(PngChunks.Signature);
        PngChunks png = isPng ? ParsePng(bytes) : default;
        bytes = isPng ? PngData.JoinShortChunks(bytes)
            : TiffTags.IsTiff(bytes) ? new TiffTags(bytes).WithOneDirectory() : bytes;
        Configuration decoders = PictureDecoders.For(options.MaxPixels);

        // A PNG's header has 32 bits for each side, ImageSharp's number one less: a negative one is a very large one.
        IImageInfo header = Identify(decoders, bytes);
        CheckPixels((uint)header.Width, (uint)header.Height, options);
        if (isPng)
        {
            return new PictureFile(bytes, header, decoders) { IsPng = true, Png = png, Orientation = Math.Max(png.Orientation, ExifOrientation.Upright) };
        }

        if (JpegSegments.IsJpeg(bytes))
        {
            CheckScans(bytes);
            return new PictureFile(bytes, header, decoders) { Orientation = ExifOrientation.Read(ExifOrientation.FindInJpeg(bytes)) };
        }

        if (GifFrame.IsGif(bytes))
        {
            (int width, int height) = GifFrame.SizeOf(bytes);
            CheckPixels((uint)width, (uint)height, options);
        }

        if (!TiffTags.IsTiff(bytes))
        {
            return new PictureFile(bytes, header, decoders);
        }

        var tags = new TiffTags(bytes);
        CheckStrips(bytes, tags, options);
        return new PictureFile(bytes, header, decoders) { IsInverted = tags.IsInverted, Orientation = ExifOrientation.Read(bytes) };
    }

    /// <summary>Decodes the first frame.</summary>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt.</exception>
    public Image<TPixel> Decode<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel> => Decode<TPixel>(_bytes);

    /// <summary>Decodes other bytes than the file's, which are the same picture.</summary>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt.</exception>
    public Image<TPixel> Decode<TPixel>(ReadOnlySpan<byte> bytes)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        // ImageSharp 2.1 waits for ever for the rows that an interlaced PNG lacks.
        if (IsPng && Png.IsInterlaced && !PngData.IsWhole(_bytes, Png, Width, Height))
        {
            throw LacksRows();
        }

        Image<TPixel> image;
        try
        {
            image = IsPng && Png.IsInterlaced && Width <= Adam7.Narrow
                ? Adam7.Decode<TPixel>(_decoders, bytes, Png, Width, Height)
                : Image.Load<TPixel>(_decoders, bytes);
        }
        catch (OutOfMemoryException exception) when (IsWebp)
        {
            // A few bytes of lossless WebP can ask for a gigabyte of tables, outside of the allocator's limit.
            throw new UnreadablePictureException("the picture needs more memory than a decoder may take", exception);
        }
        catch (Exception exception) when (IsBadContent(exception))
        {
            throw NotReadable(exception);
        }

        if (image.Width == Width && image.Height == Height && (!IsPng || Png.IsInterlaced || !IsLastRowBlack(image) || PngData.IsWhole(_bytes, Png, Width, Height)))
        {
            return image;
        }

        image.Dispose();
        throw LacksRows();
    }

    /// <summary>Reads a PNG's chunks.</summary>
    private static PngChunks ParsePng(ReadOnlySpan<byte> bytes)
    {
        PngChunks png = PngChunks.Parse(bytes);
        if (!png.IsComplete)
        {
            // ImageSharp would look for ever for the next chunk.
            throw new UnreadablePictureException("the PNG file is truncated: it has no end");
        }

        return png.HasOneHeader ? png : throw new UnreadablePictureException("the PNG file is corrupt: its first chunk and no other has to be IHDR");
    }

    private static bool IsWebpFile(ReadOnlySpan<byte> bytes) => bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8);

    private static void CheckPixels(uint width, uint height, ImagingOptions options)
    {
        if ((ulong)width * height > (ulong)options.MaxPixels)
        {
            throw new UnreadablePictureException($"{width}×{height} pixels are more than the {options.MaxPixels} allowed (Imaging__MaxPixels)");
        }
    }

    private static void CheckScans(ReadOnlySpan<byte> bytes)
    {
        int scans = JpegSegments.CountScans(bytes);
        if (scans > MostScans)
        {
            throw new UnreadablePictureException($"the picture comes in {scans} scans: more than {MostScans} are not read");
        }
    }

    /// <summary>Strips may be named again and again, and may be pictures of any size themselves.</summary>
    private static void CheckStrips(ReadOnlySpan<byte> bytes, TiffTags tags, ImagingOptions options)
    {
        if (tags.SumOfStrips() > (ulong)bytes.Length)
        {
            throw new UnreadablePictureException("the picture is truncated or corrupt: its strips are longer than the file");
        }

        if (tags.IsJpeg && JpegSegments.LargestFrame(bytes) > options.MaxPixels)
        {
            throw new UnreadablePictureException($"a strip has more pixels than the {options.MaxPixels} allowed (Imaging__MaxPixels)");
        }
    }

    private UnreadablePictureException LacksRows() =>
        new($"the picture is truncated or corrupt: its content is less than the {Width}×{Height} pixels that its header says");

    /// <summary>Whether the last row is black: only then rows may be missing.</summary>
    private static bool IsLastRowBlack<TPixel>(Image<TPixel> image)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        bool isBlack = false;
        image.ProcessPixelRows(rows => isBlack = !MemoryMarshal.AsBytes(rows.GetRowSpan(rows.Height - 1)).ContainsAnyExcept((byte)0));
        return isBlack;
    }

    private static unsafe IImageInfo Identify(Configuration decoders, ReadOnlySpan<byte> bytes)
    {
        try
        {
            fixed (byte* start = bytes)
            {
                using var stream = new UnmanagedMemoryStream(start, bytes.Length);
                return Image.Identify(decoders, stream) ?? throw new UnknownImageFormatException("no known format");
            }
        }
        catch (Exception exception) when (IsBadContent(exception))
        {
            throw NotReadable(exception);
        }
    }

    // A decoder that is given bytes in memory depends on nothing else, so whatever it throws is the bytes' fault; only memory can run out without it.
    private static bool IsBadContent(Exception exception) => exception is not OutOfMemoryException;

    private static UnreadablePictureException NotReadable(Exception exception) => exception switch
    {
        UnknownImageFormatException => new("not a picture: no known image format begins with these bytes", exception),
        InvalidMemoryOperationException or { InnerException: InvalidMemoryOperationException } => new($"the picture needs more memory than a decoder may take: {FirstLine(exception)}", exception),
        NotSupportedException => new($"the picture uses a feature that cannot be decoded: {FirstLine(exception)}", exception),
        _ => new($"the picture is truncated or corrupt: {FirstLine(exception)}", exception),
    };

    private static string FirstLine(Exception exception) => exception.Message.Split('\n', 2)[0].Trim();
}
