using System.Buffers;
using System.Runtime.InteropServices;
using DigitFunctions.Core.Images.Decoding;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Core.Images.OpenCv;

/// <summary><c>cv2.imread(file, IMREAD_GRAYSCALE)</c> of OpenCV 4.6 with libpng 1.6: alpha is dropped, sixteen bits are cut to the upper eight.</summary>
/// <remarks>
/// Samples are taken as they are stored (<see cref="L8"/>, <see cref="L16"/>, <see cref="Rgb24"/>, <see cref="Rgb48"/>), so that libpng's own arithmetic
/// can be repeated on them. Other formats are read as eight bits of colour, and turned to grey as OpenCV does it itself.
/// </remarks>
internal static class OpenCvGrey
{
    /// <summary>Reads a picture as one byte a pixel, turned upright as its Exif data say.</summary>
    /// <param name="file">The picture.</param>
    /// <param name="grey">Receives width × height bytes in its first elements.</param>
    /// <returns>The upright picture's width and height.</returns>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt.</exception>
    public static (int Width, int Height) Read(in PictureFile file, byte[] grey)
    {
        if (file.Orientation == ExifOrientation.Upright)
        {
            ReadStored(file, grey);
            return (file.Width, file.Height);
        }

        int length = file.Width * file.Height;
        byte[] stored = PixelPool.Shared.Rent(length);
        try
        {
            ReadStored(file, stored);
            ExifOrientation.Turn<byte>(stored.AsSpan(0, length), file.Width, file.Height, file.Orientation, grey);
        }
        finally
        {
            PixelPool.Shared.Return(stored);
        }

        return ExifOrientation.SwapsAxes(file.Orientation) ? (file.Height, file.Width) : (file.Width, file.Height);
    }

    private static void ReadStored(in PictureFile file, byte[] grey)
    {
        if (!file.IsPng)
        {
            if (!file.IsJpeg || !TryReadLuma(file, grey))
            {
                ReadColor(file, grey);
            }

            return;
        }

        bool is16Bit = file.Png.BitDepth == 16;
        if (!file.Png.IsColor)
        {
            if (is16Bit)
            {
                Read<L16>(file, grey, static (row, target) =>
                {
                    for (int x = 0; x < row.Length; x++)
                    {
                        target[x] = (byte)(row[x].PackedValue >> 8);
                    }
                });
            }
            else
            {
                Read<L8>(file, grey, static (row, target) => MemoryMarshal.AsBytes(row).CopyTo(target));
            }

            return;
        }

        var weights = new LibpngGrey(file.Png.Gamma, is16Bit, file.Png.SignificantBits);
        if (is16Bit)
        {
            Read<Rgb48>(file, grey, (row, target) =>
            {
                for (int x = 0; x < row.Length; x++)
                {
                    target[x] = weights.Of(row[x].R, row[x].G, row[x].B);
                }
            });
        }
        else
        {
            Read<Rgb24>(file, grey, (row, target) =>
            {
                for (int x = 0; x < row.Length; x++)
                {
                    target[x] = weights.Of(row[x].R, row[x].G, row[x].B);
                }
            });
        }
    }

    /// <summary>Formats other than PNG and most JPEG files.</summary>
    private static void ReadColor(in PictureFile file, byte[] grey)
    {
        // OpenCV's decoder of WebP leaves it to cvtColor, which has the same weights in one bit more.
        (int red, int green, int bits) = file.IsWebp ? (9798, 19235, 15) : (4899, 9617, 14);
        int blue = (1 << bits) - red - green;
        int invert = file.IsInverted ? 255 : 0;
        Read<Rgb24>(file, grey, (row, target) =>
        {
            for (int x = 0; x < row.Length; x++)
            {
                target[x] = (byte)((((red * row[x].R) + (green * row[x].G) + (blue * row[x].B) + (1 << (bits - 1))) >> bits) ^ invert);
            }
        });
    }

    /// <summary>Reads a JPEG file's luma, where it has one.</summary>
    private static bool TryReadLuma(in PictureFile file, byte[] grey)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(file.Bytes.Length + JpegSegments.Inserted);
        try
        {
            if (!JpegSegments.TryTakeLumaForRed(file.Bytes, bytes, out int length))
            {
                return false;
            }

            using Image<Rgb24> image = file.Decode<Rgb24>(bytes.AsSpan(0, length));
            int width = file.Width;
            image.ProcessPixelRows(rows =>
            {
                for (int y = 0; y < rows.Height; y++)
                {
                    ReadOnlySpan<Rgb24> row = rows.GetRowSpan(y);
                    Span<byte> target = grey.AsSpan(y * width, width);
                    for (int x = 0; x < row.Length; x++)
                    {
                        target[x] = row[x].R;
                    }
                }
            });
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static void Read<TPixel>(in PictureFile file, byte[] grey, RowReader<TPixel> readRow)
        where TPixel : unmanaged, IPixel<TPixel>
    {
        int width = file.Width;
        using Image<TPixel> image = file.Decode<TPixel>();
        image.ProcessPixelRows(rows =>
        {
            for (int y = 0; y < rows.Height; y++)
            {
                readRow(rows.GetRowSpan(y), grey.AsSpan(y * width, width));
            }
        });
    }

    private delegate void RowReader<TPixel>(ReadOnlySpan<TPixel> row, Span<byte> target);
}
