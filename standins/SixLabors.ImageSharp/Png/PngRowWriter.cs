using System.Buffers.Binary;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

/// <summary>Turns the samples of a row into pixels.</summary>
/// <typeparam name="TPixel">The pixel type.</typeparam>
internal sealed partial class PngRowWriter<TPixel>
    where TPixel : unmanaged, IPixel<TPixel>
{
    private readonly PngHeader header;
    private readonly TPixel[] lookup = [];
    private readonly Color? transparent;
    private ushort[] wide = [];

    /// <exception cref="InvalidImageContentException">The pixels are palette indices and there is no palette.</exception>
    public PngRowWriter(PngHeader header, PngMetadata metadata)
    {
        this.header = header;
        transparent = metadata.TransparentColor;
        if (header.ColorType == PngColorType.Palette)
        {
            lookup = PaletteLookup(metadata.ColorTable.GetValueOrDefault().Span);
        }
        else if (header.ColorType == PngColorType.Grayscale && header.BitDepth <= 8)
        {
            lookup = GreyLookup();
        }
    }

    /// <summary>Writes a row.</summary>
    /// <param name="samples">The unfiltered row.</param>
    /// <param name="target">The picture's row from the first pixel to write.</param>
    /// <param name="step">The distance from one pixel to the next.</param>
    public void Write(ReadOnlySpan<byte> samples, Span<TPixel> target, int step)
    {
        if (header.BitDepth == 16)
        {
            WriteWide(NativeEndian(samples), target, step);
            return;
        }

        switch (header.ColorType)
        {
            case PngColorType.Rgb when transparent is Color color:
                Convert(MemoryMarshal.Cast<byte, Rgb24>(samples), target, step, new MaskedRgb24(color.ToPixel<Rgb24>()));
                break;
            case PngColorType.Rgb:
                Convert(MemoryMarshal.Cast<byte, Rgb24>(samples), target, step, default(PlainRgb24));
                break;
            case PngColorType.RgbWithAlpha:
                Convert(MemoryMarshal.Cast<byte, Rgba32>(samples), target, step, default(PlainRgba32));
                break;
            case PngColorType.GrayscaleWithAlpha:
                Convert(MemoryMarshal.Cast<byte, La16>(samples), target, step, default(PlainLa16));
                break;
            default:
                LookUp(samples, target, step);
                break;
        }
    }

    private void WriteWide(ReadOnlySpan<ushort> samples, Span<TPixel> target, int step)
    {
        switch (header.ColorType)
        {
            case PngColorType.Grayscale when transparent is Color color:
                Convert(MemoryMarshal.Cast<ushort, L16>(samples), target, step, new MaskedL16(color.ToPixel<L16>()));
                break;
            case PngColorType.Grayscale:
                Convert(MemoryMarshal.Cast<ushort, L16>(samples), target, step, default(PlainL16));
                break;
            case PngColorType.Rgb when transparent is Color color:
                Convert(MemoryMarshal.Cast<ushort, Rgb48>(samples), target, step, new MaskedRgb48(color.ToPixel<Rgb48>()));
                break;
            case PngColorType.Rgb:
                Convert(MemoryMarshal.Cast<ushort, Rgb48>(samples), target, step, default(PlainRgb48));
                break;
            case PngColorType.GrayscaleWithAlpha:
                Convert(MemoryMarshal.Cast<ushort, La32>(samples), target, step, default(PlainLa32));
                break;
            default:
                Convert(MemoryMarshal.Cast<ushort, Rgba64>(samples), target, step, default(PlainRgba64));
                break;
        }
    }

    /// <summary>Samples of at most 8 bits that are a whole pixel each.</summary>
    private void LookUp(ReadOnlySpan<byte> samples, Span<TPixel> target, int step)
    {
        int depth = header.BitDepth;
        if (depth == 8)
        {
            if (typeof(TPixel) == typeof(L8) && step == 1 && header.ColorType == PngColorType.Grayscale)
            {
                samples[..target.Length].CopyTo(MemoryMarshal.AsBytes(target));
                return;
            }

            ReadOnlySpan<TPixel> all = lookup;
            for (int i = 0, x = 0; x < target.Length; i++, x += step)
            {
                target[x] = all[samples[i]];
            }

            return;
        }

        int mask = (1 << depth) - 1;
        for (int bit = 0, x = 0; x < target.Length; bit += depth, x += step)
        {
            target[x] = lookup[(samples[bit >> 3] >> (8 - depth - (bit & 7))) & mask];
        }
    }

    private TPixel[] PaletteLookup(ReadOnlySpan<Color> palette)
    {
        if (palette.IsEmpty)
        {
            throw new InvalidImageContentException("PNG Image does not contain a palette chunk.");
        }

        // An index beyond the palette means its last entry.
        TPixel[] pixels = new TPixel[1 << header.BitDepth];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i].FromRgba32(palette[Math.Min(i, palette.Length - 1)].ToPixel<Rgba32>());
        }

        return pixels;
    }

    private TPixel[] GreyLookup()
    {
        TPixel[] pixels = new TPixel[1 << header.BitDepth];
        int scale = 255 / (pixels.Length - 1);
        byte? masked = transparent is Color color ? (byte)(color.ToPixel<L8>().PackedValue * scale) : null;
        for (int i = 0; i < pixels.Length; i++)
        {
            byte grey = (byte)(i * scale);
            if (masked is null)
            {
                pixels[i].FromL8(new L8(grey));
            }
            else
            {
                pixels[i].FromLa16(new La16(grey, grey == masked ? byte.MinValue : byte.MaxValue));
            }
        }

        return pixels;
    }

    private ReadOnlySpan<ushort> NativeEndian(ReadOnlySpan<byte> samples)
    {
        ReadOnlySpan<ushort> bigEndian = MemoryMarshal.Cast<byte, ushort>(samples);
        if (!BitConverter.IsLittleEndian)
        {
            return bigEndian;
        }

        if (wide.Length < bigEndian.Length)
        {
            wide = new ushort[bigEndian.Length];
        }

        BinaryPrimitives.ReverseEndianness(bigEndian, wide);
        return wide.AsSpan(0, bigEndian.Length);
    }
}
