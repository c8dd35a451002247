using System.Buffers;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Core.Images;

/// <summary>A picture as one byte of lightness a pixel, upright, on an opaque ground. Its memory is pooled.</summary>
internal sealed class GreyRaster : IDisposable
{
    // ITU-R BT.601 in 15 bits, as for the other profile.
    private const int Red = 9797;
    private const int Green = 19234;
    private const int Blue = 3737;

    private byte[] _pixels;

    private GreyRaster(byte[] pixels, int width, int height)
    {
        _pixels = pixels;
        Width = width;
        Height = height;
    }

    /// <summary>Pixels a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Width × height values, 0 black to 255 white, row by row.</summary>
    public ReadOnlySpan<byte> Pixels => _pixels.AsSpan(0, Width * Height);

    /// <summary>Decodes a picture; what is transparent is given a ground on which the opaque part can be seen.</summary>
    /// <exception cref="UnreadablePictureException">The content is truncated or corrupt.</exception>
    public static GreyRaster Read(in PictureFile file)
    {
        int width = file.Width;
        int length = width * file.Height;
        byte[] grey = ArrayPool<byte>.Shared.Rent(length);
        byte[]? alpha = null;
        try
        {
            using (Image<Rgba32> image = file.Decode<Rgba32>())
            {
                image.ProcessPixelRows(rows =>
                {
                    for (int y = 0; y < rows.Height; y++)
                    {
                        alpha = ReadRow(rows.GetRowSpan(y), y * width, grey, alpha, length);
                    }
                });
            }

            if (alpha is not null)
            {
                TransparentGround.Fill(grey.AsSpan(0, length), alpha.AsSpan(0, length));
            }

            if (file.Orientation == ExifOrientation.Upright)
            {
                return new GreyRaster(grey, width, file.Height);
            }

            byte[] upright = ArrayPool<byte>.Shared.Rent(length);
            ExifOrientation.Turn<byte>(grey.AsSpan(0, length), width, file.Height, file.Orientation, upright);
            ArrayPool<byte>.Shared.Return(grey);
            return ExifOrientation.SwapsAxes(file.Orientation) ? new GreyRaster(upright, file.Height, width) : new GreyRaster(upright, width, file.Height);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(grey);
            throw;
        }
        finally
        {
            if (alpha is not null)
            {
                ArrayPool<byte>.Shared.Return(alpha);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] pixels = Interlocked.Exchange(ref _pixels, []);
        if (pixels.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    /// <summary>Converts a row; alpha is kept only from the first pixel on that is not opaque, since most pictures have none.</summary>
    private static byte[]? ReadRow(ReadOnlySpan<Rgba32> row, int start, byte[] grey, byte[]? alpha, int length)
    {
        byte opacity = 255;
        for (int x = 0; x < row.Length; x++)
        {
            Rgba32 pixel = row[x];
            grey[start + x] = (byte)(((Red * pixel.R) + (Green * pixel.G) + (Blue * pixel.B) + 16384) >> 15);
            opacity &= pixel.A;
        }

        if (alpha is null && opacity != 255)
        {
            alpha = ArrayPool<byte>.Shared.Rent(length);
            alpha.AsSpan(0, length).Fill(255);
        }

        if (alpha is not null)
        {
            for (int x = 0; x < row.Length; x++)
            {
                alpha[start + x] = row[x].A;
            }
        }

        return alpha;
    }
}
