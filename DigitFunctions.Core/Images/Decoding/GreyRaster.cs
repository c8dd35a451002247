using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using DigitFunctions.Core.Images.Robust;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace DigitFunctions.Core.Images.Decoding;

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
        byte[] grey = PixelPool.Shared.Rent(length);
        byte[]? alpha = null;
        try
        {
            if (file.IsPlainGrey)
            {
                // What the other way would end in, in a quarter of the memory.
                using Image<L8> image = file.Decode<L8>();
                image.CopyPixelDataTo(grey.AsSpan(0, length));
            }
            else
            {
                using Image<Rgba32> image = file.Decode<Rgba32>();
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

            if (file.IsInverted)
            {
                foreach (ref byte value in grey.AsSpan(0, length))
                {
                    value = (byte)~value;
                }
            }

            if (file.Orientation == ExifOrientation.Upright)
            {
                return new GreyRaster(grey, width, file.Height);
            }

            byte[] upright = PixelPool.Shared.Rent(length);
            ExifOrientation.Turn<byte>(grey.AsSpan(0, length), width, file.Height, file.Orientation, upright);
            PixelPool.Shared.Return(grey);
            return ExifOrientation.SwapsAxes(file.Orientation) ? new GreyRaster(upright, file.Height, width) : new GreyRaster(upright, width, file.Height);
        }
        catch
        {
            PixelPool.Shared.Return(grey);
            throw;
        }
        finally
        {
            if (alpha is not null)
            {
                PixelPool.Shared.Return(alpha);
            }
        }
    }

    /// <summary>Paints paper over what was found to be no part of the digit, so that a closer look is not misled by it.</summary>
    /// <param name="map">What was found.</param>
    /// <param name="box">Where in the map to paint.</param>
    /// <param name="part">The part of this picture that the map shows.</param>
    /// <param name="factor">Pixels of this picture a side of each pixel of the map.</param>
    public void Erase(InkMap map, PixelBox box, PixelBox part, int factor)
    {
        for (int y = box.Top; y < box.Bottom; y++)
        {
            for (int x = box.Left; x < box.Right; x++)
            {
                if (!map.IsErased(x, y))
                {
                    continue;
                }

                byte paper = (byte)Math.Clamp(map.Paper.Row(y)[x], 0, 255);
                int left = part.Left + (x * factor);
                int width = Math.Min(factor, part.Right - left);
                for (int v = part.Top + (y * factor); v < Math.Min(part.Bottom, part.Top + ((y + 1) * factor)); v++)
                {
                    _pixels.AsSpan((v * Width) + left, width).Fill(paper);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        byte[] pixels = Interlocked.Exchange(ref _pixels, []);
        if (pixels.Length > 0)
        {
            PixelPool.Shared.Return(pixels);
        }
    }

    /// <summary>Converts a row; alpha is kept only from the first pixel on that is not opaque, since most pictures have none.</summary>
    private static byte[]? ReadRow(ReadOnlySpan<Rgba32> row, int start, byte[] grey, byte[]? alpha, int length)
    {
        byte opacity = 255;
        int x = Convert(row, grey.AsSpan(start), ref opacity);
        for (; x < row.Length; x++)
        {
            Rgba32 pixel = row[x];
            grey[start + x] = (byte)(((Red * pixel.R) + (Green * pixel.G) + (Blue * pixel.B) + 16384) >> 15);
            opacity &= pixel.A;
        }

        if (alpha is null && opacity != 255)
        {
            alpha = PixelPool.Shared.Rent(length);
            alpha.AsSpan(0, length).Fill(255);
        }

        if (alpha is not null)
        {
            for (x = 0; x < row.Length; x++)
            {
                alpha[start + x] = row[x].A;
            }
        }

        return alpha;
    }

    /// <summary>Converts the pixels that fill whole vectors, and tells how many those are.</summary>
    private static int Convert(ReadOnlySpan<Rgba32> row, Span<byte> grey, ref byte opacity)
    {
        if (!BitConverter.IsLittleEndian)
        {
            return 0;
        }

        ReadOnlySpan<uint> pixels = MemoryMarshal.Cast<Rgba32, uint>(row);
        var all = new Vector<uint>(uint.MaxValue);
        int x = 0;
        for (; x <= pixels.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            ReadOnlySpan<Vector<uint>> four = MemoryMarshal.Cast<uint, Vector<uint>>(pixels.Slice(x, Vector<byte>.Count));
            all &= four[0] & four[1] & four[2] & four[3];
            Vector.Narrow(Vector.Narrow(GreyOf(four[0]), GreyOf(four[1])), Vector.Narrow(GreyOf(four[2]), GreyOf(four[3]))).CopyTo(grey[x..]);
        }

        for (int lane = 0; lane < Vector<uint>.Count; lane++)
        {
            opacity &= (byte)(all[lane] >> 24);
        }

        return x;
    }

    private static Vector<uint> GreyOf(Vector<uint> pixels)
    {
        var low = new Vector<uint>(255);
        Vector<uint> red = pixels & low;
        Vector<uint> green = (pixels >>> 8) & low;
        Vector<uint> blue = (pixels >>> 16) & low;
        return ((red * (uint)Red) + (green * (uint)Green) + (blue * (uint)Blue) + new Vector<uint>(16384)) >>> 15;
    }
}
