using System.Collections.Concurrent;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;

namespace DigitFunctions.Core.Images.Decoding;

/// <summary>ImageSharp's decoders, told to read the first frame alone, no metadata, and to take no more memory at once than the largest picture needs.</summary>
internal static class PictureDecoders
{
    // Four samples of sixteen bits; a decoder that wants more holds what the picture does not have.
    private const int BytesPerPixel = 8;

    // Tables and rows, for the smallest limit that there may be.
    private const int LeastMebibytes = 16;

    private static readonly ConcurrentDictionary<int, Configuration> ByMebibytes = new();

    /// <summary>The decoders for pictures of so many pixels at most.</summary>
    public static Configuration For(int maxPixels) =>
        ByMebibytes.GetOrAdd(Math.Max(LeastMebibytes, (int)(((long)maxPixels * BytesPerPixel) >> 20)), Make);

    private static Configuration Make(int mebibytes)
    {
        Configuration configuration = Configuration.Default.Clone();
        configuration.MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { AllocationLimitMegabytes = mebibytes });
        configuration.ImageFormatsManager.SetDecoder(GifFormat.Instance, new GifDecoder { DecodingMode = FrameDecodingMode.First, IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(TiffFormat.Instance, new TiffDecoder { DecodingMode = FrameDecodingMode.First, IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(PngFormat.Instance, new PngDecoder { IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(JpegFormat.Instance, new JpegDecoder { IgnoreMetadata = true });
        configuration.ImageFormatsManager.SetDecoder(WebpFormat.Instance, new WebpDecoder { IgnoreMetadata = true });

        // What a run-length file skips is black, as OpenCV has it.
        configuration.ImageFormatsManager.SetDecoder(BmpFormat.Instance, new BmpDecoder { RleSkippedPixelHandling = RleSkippedPixelHandling.Black });
        return configuration;
    }
}
