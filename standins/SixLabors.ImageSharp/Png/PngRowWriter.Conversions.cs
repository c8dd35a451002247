using System.Runtime.InteropServices;
using SixLabors.ImageSharp.PixelFormats;

namespace SixLabors.ImageSharp.Formats.Png;

/// <content>From the file's pixels to the picture's, without a virtual call for each.</content>
internal sealed partial class PngRowWriter<TPixel>
{
    private interface IConversion<TSource>
    {
        void Set(ref TPixel pixel, TSource source);
    }

    private static void Convert<TSource, TConversion>(
        ReadOnlySpan<TSource> source, Span<TPixel> target, int step, TConversion conversion)
        where TSource : unmanaged
        where TConversion : struct, IConversion<TSource>
    {
        // A masked colour changes nothing here: these types have no alpha that could take it.
        if (typeof(TSource) == typeof(TPixel) && step == 1)
        {
            MemoryMarshal.Cast<TSource, TPixel>(source)[..target.Length].CopyTo(target);
            return;
        }

        for (int i = 0, x = 0; x < target.Length; i++, x += step)
        {
            conversion.Set(ref target[x], source[i]);
        }
    }

    private readonly struct PlainL16 : IConversion<L16>
    {
        public void Set(ref TPixel pixel, L16 source) => pixel.FromL16(source);
    }

    private readonly struct PlainLa16 : IConversion<La16>
    {
        public void Set(ref TPixel pixel, La16 source) => pixel.FromLa16(source);
    }

    private readonly struct PlainLa32 : IConversion<La32>
    {
        public void Set(ref TPixel pixel, La32 source) => pixel.FromLa32(source);
    }

    private readonly struct PlainRgb24 : IConversion<Rgb24>
    {
        public void Set(ref TPixel pixel, Rgb24 source) => pixel.FromRgb24(source);
    }

    private readonly struct PlainRgb48 : IConversion<Rgb48>
    {
        public void Set(ref TPixel pixel, Rgb48 source) => pixel.FromRgb48(source);
    }

    private readonly struct PlainRgba32 : IConversion<Rgba32>
    {
        public void Set(ref TPixel pixel, Rgba32 source) => pixel.FromRgba32(source);
    }

    private readonly struct PlainRgba64 : IConversion<Rgba64>
    {
        public void Set(ref TPixel pixel, Rgba64 source) => pixel.FromRgba64(source);
    }

    private readonly struct MaskedL16(L16 masked) : IConversion<L16>
    {
        public void Set(ref TPixel pixel, L16 source) =>
            pixel.FromLa32(new La32(source.PackedValue, source == masked ? ushort.MinValue : ushort.MaxValue));
    }

    private readonly struct MaskedRgb24(Rgb24 masked) : IConversion<Rgb24>
    {
        public void Set(ref TPixel pixel, Rgb24 source) =>
            pixel.FromRgba32(new Rgba32(source.R, source.G, source.B, source == masked ? byte.MinValue : byte.MaxValue));
    }

    private readonly struct MaskedRgb48(Rgb48 masked) : IConversion<Rgb48>
    {
        public void Set(ref TPixel pixel, Rgb48 source) =>
            pixel.FromRgba64(new Rgba64(source.R, source.G, source.B, source == masked ? ushort.MinValue : ushort.MaxValue));
    }
}
