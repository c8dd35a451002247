namespace DigitFunctions.Core.Images.OpenCv;

/// <summary><c>cv2.resize(picture, (28, 28))</c> of OpenCV 4.6 for one byte a pixel, bit for bit.</summary>
/// <remarks>
/// INTER_LINEAR in fixed point with eleven bits a weight, as <c>HResizeLinear</c> and <c>VResizeLinear</c> round it;
/// a picture of twice the size in both directions is averaged, one of the same size is copied.
/// </remarks>
internal static class OpenCvResize
{
    private const int Side = ImageTransform.Side;
    private const int WeightScale = 2048;

    /// <summary>Resizes a picture to 28×28.</summary>
    /// <param name="source">Width × height bytes, row by row.</param>
    /// <param name="width">1 or more.</param>
    /// <param name="height">1 or more.</param>
    /// <param name="target">784 bytes that receive the result.</param>
    public static void Resize(ReadOnlySpan<byte> source, int width, int height, Span<byte> target)
    {
        if (width == Side && height == Side)
        {
            source.CopyTo(target);
        }
        else if (width == 2 * Side && height == 2 * Side)
        {
            Average(source, target);
        }
        else
        {
            Interpolate(source, width, height, target);
        }
    }

    private static void Average(ReadOnlySpan<byte> source, Span<byte> target)
    {
        for (int y = 0; y < Side; y++)
        {
            ReadOnlySpan<byte> upper = source.Slice(2 * y * 2 * Side, 2 * Side);
            ReadOnlySpan<byte> lower = source.Slice(((2 * y) + 1) * 2 * Side, 2 * Side);
            for (int x = 0; x < Side; x++)
            {
                int sum = upper[2 * x] + upper[(2 * x) + 1] + lower[2 * x] + lower[(2 * x) + 1];
                target[(y * Side) + x] = (byte)((sum + 2) >> 2);
            }
        }
    }

    private static void Interpolate(ReadOnlySpan<byte> source, int width, int height, Span<byte> target)
    {
        Span<Tap> columns = stackalloc Tap[Side];
        Span<Tap> rows = stackalloc Tap[Side];
        FindTaps(width, columns, clampWeights: true);
        FindTaps(height, rows, clampWeights: false);
        for (int y = 0; y < Side; y++)
        {
            Tap row = rows[y];
            ReadOnlySpan<byte> upper = source.Slice(row.First * width, width);
            ReadOnlySpan<byte> lower = source.Slice(row.Second * width, width);
            for (int x = 0; x < Side; x++)
            {
                Tap column = columns[x];
                int a = (upper[column.First] * column.FirstWeight) + (upper[column.Second] * column.SecondWeight);
                int b = (lower[column.First] * column.FirstWeight) + (lower[column.Second] * column.SecondWeight);
                int sum = ((row.FirstWeight * (a >> 4)) >> 16) + ((row.SecondWeight * (b >> 4)) >> 16);
                target[(y * Side) + x] = (byte)((sum + 2) >> 2);
            }
        }
    }

    /// <summary>Where each of 28 targets falls in the source. Past an edge OpenCV drops the fraction of a column, but keeps that of a row.</summary>
    private static void FindTaps(int length, Span<Tap> taps, bool clampWeights)
    {
        double scale = 1.0 / ((double)Side / length);
        for (int i = 0; i < taps.Length; i++)
        {
            float position = (float)(((i + 0.5) * scale) - 0.5);
            int first = (int)MathF.Floor(position);
            float fraction = position - first;
            if (clampWeights && (first < 0 || first >= length - 1))
            {
                fraction = 0;
            }

            taps[i] = new Tap(
                Math.Clamp(first, 0, length - 1),
                Math.Clamp(first + 1, 0, length - 1),
                (int)MathF.Round((1f - fraction) * WeightScale),
                (int)MathF.Round(fraction * WeightScale));
        }
    }

    private readonly record struct Tap(int First, int Second, int FirstWeight, int SecondWeight);
}
