using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Reads one PNG file (https://www.w3.org/TR/png-3/).</summary>
/// <remarks>Of the chunks IHDR, PLTE, tRNS and IDAT are read. All others are stepped over without a look at their data.</remarks>
internal sealed unsafe class PngDecoder
{
    private readonly PngChunkReader reader;
    private readonly DecoderOptions options;
    private readonly ImageMetadata metadata = new() { DecodedImageFormat = PngFormat.Instance };
    private PngHeader? header;
    private PngChunk? palette;
    private PngChunk? transparency;

    /// <param name="file">The file's first byte, pinned while the decoder is used. The signature has been checked.</param>
    /// <param name="length">The file's length in bytes.</param>
    /// <param name="options">How to decode.</param>
    public PngDecoder(byte* file, int length, DecoderOptions options)
    {
        reader = new PngChunkReader(file, length);
        this.options = options;
    }

    /// <summary>Reads up to the first IDAT chunk; what follows is neither read nor judged.</summary>
    public ImageInfo Identify()
    {
        while (reader.TryRead(out PngChunk chunk) && chunk.Type is not (PngChunk.Data or PngChunk.End))
        {
            ReadBeforePixels(chunk);
        }

        if (header is not { } found || (found.Width == 0 && found.Height == 0))
        {
            throw MisplacedHeader();
        }

        AssignMetadata(found);
        return new ImageInfo(new PixelTypeInfo(found.BitsPerPixel), new Size(found.Width, found.Height), metadata);
    }

    /// <summary>Reads the picture, and walks on to the end of the file.</summary>
    public Image<TPixel> Decode<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        Image<TPixel>? image = null;
        try
        {
            while (reader.TryRead(out PngChunk chunk) && chunk.Type != PngChunk.End)
            {
                if (chunk.Type != PngChunk.Data)
                {
                    ReadBeforePixels(chunk);
                    continue;
                }

                // Data that the rows had no need of is checked and stepped over.
                reader.ThrowIfCorrupt(chunk);
                if (image is null)
                {
                    image = Allocate<TPixel>();
                    using PngDataStream data = new(reader, chunk);
                    PngPixels.Read(data, chunk.Length + reader.Remaining, header.GetValueOrDefault(), metadata.GetPngMetadata(), image);
                }
            }
        }
        catch
        {
            image?.Dispose();
            throw;
        }

        return image ?? throw new InvalidImageContentException("PNG Image does not contain a data chunk.");
    }

    private Image<TPixel> Allocate<TPixel>()
        where TPixel : unmanaged, IPixel<TPixel>
    {
        PngHeader found = header ?? throw MisplacedHeader();
        if (found.Width <= 0 || found.Height <= 0)
        {
            throw new InvalidImageContentException($"PNG Image has no pixels: {found.Width}x{found.Height}.");
        }

        AssignMetadata(found);
        try
        {
            return new(options.Configuration, found.Width, found.Height, metadata);
        }
        catch (InvalidMemoryOperationException limit)
        {
            throw new InvalidImageContentException(new Size(found.Width, found.Height), limit);
        }
    }

    private void ReadBeforePixels(PngChunk chunk)
    {
        switch (chunk.Type)
        {
            case PngChunk.Header:
                reader.ThrowIfCorrupt(chunk);
                header = header is null ? PngHeader.Parse(reader.Data(chunk)) : throw MisplacedHeader();
                break;
            case PngChunk.Palette:
                reader.ThrowIfCorrupt(chunk);
                palette = chunk;
                break;
            case PngChunk.Transparency:
                transparency = chunk;
                break;
            case PngChunk.AppleProprietary:
                throw new InvalidImageContentException(
                    "Proprietary Apple PNG detected! This PNG file is not conform to the specification and cannot be decoded.");
        }
    }

    private void AssignMetadata(PngHeader found)
    {
        PngMetadata png = metadata.GetPngMetadata();
        png.BitDepth = (PngBitDepth)found.BitDepth;
        png.ColorType = found.ColorType;
        png.InterlaceMethod = found.InterlaceMethod;

        ReadOnlySpan<byte> alpha = transparency is { } trns ? reader.Data(trns) : [];
        if (palette is { } plte && plte.Length >= 3)
        {
            png.ColorTable = ColorTable(
                MemoryMarshal.Cast<byte, Rgb24>(reader.Data(plte)), found.ColorType == PngColorType.Palette ? alpha : []);
        }

        png.TransparentColor = found.ColorType switch
        {
            PngColorType.Grayscale when alpha.Length >= 2 => TransparentGrey(alpha, found.BitDepth),
            PngColorType.Rgb when alpha.Length >= 6 => TransparentRgb(alpha, found.BitDepth),
            _ => null,
        };
    }

    private static Color[] ColorTable(ReadOnlySpan<Rgb24> entries, ReadOnlySpan<byte> alpha)
    {
        if (alpha.Length > entries.Length)
        {
            throw new InvalidImageContentException(
                $"PNG transparency chunk has {alpha.Length} entries where the palette has {entries.Length}.");
        }

        Color[] colors = new Color[entries.Length];
        for (int i = 0; i < colors.Length; i++)
        {
            Rgb24 entry = entries[i];
            colors[i] = Color.FromPixel(new Rgba32(entry.R, entry.G, entry.B, i < alpha.Length ? alpha[i] : byte.MaxValue));
        }

        return colors;
    }

    private static Color TransparentGrey(ReadOnlySpan<byte> samples, byte bitDepth) => bitDepth == 16
        ? Color.FromPixel(new L16(BinaryPrimitives.ReadUInt16BigEndian(samples)))
        : Color.FromPixel(new L8(samples[1]));

    private static Color TransparentRgb(ReadOnlySpan<byte> samples, byte bitDepth) => bitDepth == 16
        ? Color.FromPixel(new Rgb48(
            BinaryPrimitives.ReadUInt16BigEndian(samples),
            BinaryPrimitives.ReadUInt16BigEndian(samples[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(samples[4..])))
        : Color.FromPixel(new Rgb24(samples[1], samples[3], samples[5]));

    private static InvalidImageContentException MisplacedHeader() =>
        new("PNG Image must contain a header chunk and it must be located before any other chunks.");
}
