using DigitFunctions.Tests.Images;

namespace DigitFunctions.Benchmarks.Accuracy;

/// <summary>Makes a PNG file of a picture of an idx file.</summary>
/// <param name="width">Pixels a row.</param>
/// <param name="height">Rows.</param>
/// <param name="pixels">Row by row, 255 for ink.</param>
/// <param name="index">Its place in the file.</param>
internal delegate byte[] IdxPicture(int width, int height, ReadOnlySpan<byte> pixels, int index);

/// <summary>The looks that pictures of an idx file can be given.</summary>
internal static class IdxPictures
{
    /// <summary>The pixels unchanged.</summary>
    public static byte[] AsItIs(int width, int height, ReadOnlySpan<byte> pixels, int index) => PngWriter.Grey(width, height, pixels);

    /// <summary>Dark on light.</summary>
    public static byte[] Inverted(int width, int height, ReadOnlySpan<byte> pixels, int index) =>
        PngWriter.Grey(width, height, Array.ConvertAll(pixels.ToArray(), pixel => (byte)(255 - pixel)));

    /// <summary>A <see cref="Tests.Images.Scan"/> of each; another one for each picture and seed.</summary>
    /// <exception cref="InvalidDataException">From what it returns, when the pictures are not 28×28.</exception>
    public static IdxPicture Scan(int seed, int mostSide = Tests.Images.Scan.MostSide) => (width, height, pixels, index) => (width, height) == (28, 28)
        ? Tests.Images.Scan.Make(pixels, (seed * 1_000_003) + index, mostSide)
        : throw new InvalidDataException($"Scans are made of pictures of 28×28 pixels; those of this file have {width}×{height}.");
}
