using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp;

/// <content>Reading from bytes in memory.</content>
public abstract partial class Image
{
    private static readonly string UnknownFormatMessage =
        $"Image cannot be loaded. Available decoders:{Environment.NewLine} - PNG : PngDecoder{Environment.NewLine}";

    /// <inheritdoc cref="Identify(DecoderOptions, ReadOnlySpan{byte})"/>
    public static ImageInfo Identify(ReadOnlySpan<byte> buffer) => Identify(DecoderOptions.Default, buffer);

    /// <summary>Reads what comes before the pixels; nothing is decompressed.</summary>
    /// <exception cref="UnknownImageFormatException">The bytes are no PNG.</exception>
    /// <exception cref="InvalidImageContentException">The PNG is broken.</exception>
    /// <exception cref="NotSupportedException">The header names a colour type, depth, filter or interlace method that there is not.</exception>
    public static unsafe ImageInfo Identify(DecoderOptions options, ReadOnlySpan<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfUnknown(buffer);
        fixed (byte* file = buffer)
        {
            return new PngDecoder(file, buffer.Length, options).Identify();
        }
    }

    /// <inheritdoc cref="Load{TPixel}(DecoderOptions, ReadOnlySpan{byte})"/>
    public static Image Load(ReadOnlySpan<byte> buffer) => Load(DecoderOptions.Default, buffer);

    /// <summary>Decodes a picture to the pixel type that is nearest to the file's: for a PNG one of L8, L16, La16, La32, Rgb24, Rgb48,
    /// Rgba32, Rgba64.</summary>
    /// <inheritdoc cref="Load{TPixel}(DecoderOptions, ReadOnlySpan{byte})"/>
    public static Image Load(DecoderOptions options, ReadOnlySpan<byte> buffer)
    {
        PngMetadata png = Identify(options, buffer).Metadata.GetPngMetadata();
        bool wide = png.BitDepth == PngBitDepth.Bit16;
        bool alpha = png.TransparentColor.HasValue;
        return png.ColorType switch
        {
            PngColorType.Grayscale when wide => alpha ? Load<La32>(options, buffer) : Load<L16>(options, buffer),
            PngColorType.Grayscale => alpha ? Load<La16>(options, buffer) : Load<L8>(options, buffer),
            PngColorType.Rgb when wide => alpha ? Load<Rgba64>(options, buffer) : Load<Rgb48>(options, buffer),
            PngColorType.Rgb => alpha ? Load<Rgba32>(options, buffer) : Load<Rgb24>(options, buffer),
            PngColorType.GrayscaleWithAlpha => wide ? Load<La32>(options, buffer) : Load<La16>(options, buffer),
            PngColorType.RgbWithAlpha when wide => Load<Rgba64>(options, buffer),
            _ => Load<Rgba32>(options, buffer),
        };
    }

    /// <inheritdoc cref="Load{TPixel}(DecoderOptions, ReadOnlySpan{byte})"/>
    public static Image<TPixel> Load<TPixel>(ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel> => Load<TPixel>(DecoderOptions.Default, data);

    /// <summary>Decodes a picture. Rows that a well-formed but too short stream of pixels does not reach stay zero.</summary>
    /// <exception cref="UnknownImageFormatException">The bytes are no PNG.</exception>
    /// <exception cref="InvalidImageContentException">The PNG is broken, or too large for the allocator's limit.</exception>
    /// <exception cref="ImageFormatException">The compressed pixels have no zlib header.</exception>
    /// <exception cref="InvalidDataException">The compressed pixels are no deflate stream.</exception>
    /// <exception cref="NotSupportedException">The header names a colour type, depth, filter or interlace method that there is not.</exception>
    public static unsafe Image<TPixel> Load<TPixel>(DecoderOptions options, ReadOnlySpan<byte> data)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        ArgumentNullException.ThrowIfNull(options);
        ThrowIfUnknown(data);
        fixed (byte* file = data)
        {
            return new PngDecoder(file, data.Length, options).Decode<TPixel>();
        }
    }

    private static void ThrowIfUnknown(ReadOnlySpan<byte> file)
    {
        if (!PngFormat.IsPng(file))
        {
            throw new UnknownImageFormatException(UnknownFormatMessage);
        }
    }
}
