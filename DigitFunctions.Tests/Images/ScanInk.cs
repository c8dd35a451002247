namespace DigitFunctions.Tests.Images;

/// <summary>Draws a digit of MNIST with another pen, at another size and place.</summary>
internal static class ScanInk
{
    private const int Side = 28;

    /// <summary>How much ink covers each pixel of the page, 0 to 1.</summary>
    /// <param name="digit">28×28 values, 255 for ink.</param>
    /// <param name="width">Of the page in pixels.</param>
    /// <param name="height">Of the page in pixels.</param>
    /// <param name="size">Pixels that the longer side of the digit takes.</param>
    /// <param name="draw">The choices.</param>
    public static float[] Render(ReadOnlySpan<byte> digit, int width, int height, double size, ScanDraw draw)
    {
        float[] field = Soften(digit);
        double edge = draw.Between(0.3, 0.6);
        (double middleX, double middleY, double longer) = Measure(digit);
        double scale = longer / size;
        double angle = draw.Normal(5) * Math.PI / 180;
        (double sin, double cos) = Math.SinCos(angle);
        double slant = draw.Normal(0.08);
        double reach = size * 0.58;
        double centreX = Place(width, reach, draw), centreY = Place(height, reach, draw);

        // Where many pixels of the digit fall into one of the page, one sample would miss strokes.
        int samples = scale > 0.5 ? 4 : scale > 0.1 ? 2 : 1;
        // No softer than that paper without ink stays without any.
        double softness = Math.Clamp(scale, 0.12, 2 * edge);
        float[] ink = new float[width * height];
        double spread = size * 0.85;
        for (int y = Math.Max(0, (int)(centreY - spread)); y < Math.Min(height, centreY + spread); y++)
        {
            for (int x = Math.Max(0, (int)(centreX - spread)); x < Math.Min(width, centreX + spread); x++)
            {
                double sum = 0;
                for (int sample = 0; sample < samples * samples; sample++)
                {
                    double dx = (x + ((sample % samples) + 0.5) / samples - centreX) * scale;
                    double dy = (y + ((sample / samples) + 0.5) / samples - centreY) * scale;
                    (double u, double v) = ((cos * dx) + (sin * dy), (cos * dy) - (sin * dx));
                    double value = Sample(field, u + (slant * v) + middleX, v + middleY);
                    sum += Math.Clamp(((value - edge) / softness) + 0.5, 0, 1);
                }

                ink[(y * width) + x] = (float)(sum / (samples * samples));
            }
        }

        return ink;
    }

    // The middle of the digit, anywhere that leaves the digit on the page.
    private static double Place(int side, double reach, ScanDraw draw) =>
        side <= 2 * reach ? side / 2.0 : draw.Between(reach, side - reach);

    // The middle of the ink's box and its longer side.
    private static (double MiddleX, double MiddleY, double Longer) Measure(ReadOnlySpan<byte> digit)
    {
        (int left, int top, int right, int bottom) = (Side, Side, 0, 0);
        for (int i = 0; i < digit.Length; i++)
        {
            if (digit[i] >= 64)
            {
                (int y, int x) = Math.DivRem(i, Side);
                (left, top, right, bottom) = (Math.Min(left, x), Math.Min(top, y), Math.Max(right, x + 1), Math.Max(bottom, y + 1));
            }
        }

        return ((left + right) / 2.0, (top + bottom) / 2.0, Math.Max(right - left, bottom - top));
    }

    // Levels at the strokes' edges, so that another level is another width of the pen.
    private static float[] Soften(ReadOnlySpan<byte> digit)
    {
        float[] soft = new float[Side * Side];
        for (int i = 0; i < soft.Length; i++)
        {
            (int row, int column) = Math.DivRem(i, Side);
            float sum = 0;
            for (int j = 0; j < 9; j++)
            {
                (int y, int x) = (row + (j / 3) - 1, column + (j % 3) - 1);
                int weight = (2 - Math.Abs((j / 3) - 1)) * (2 - Math.Abs((j % 3) - 1));
                sum += y is >= 0 and < Side && x is >= 0 and < Side ? weight * digit[(y * Side) + x] : 0;
            }

            // Half of the original keeps the holes of small loops open.
            soft[i] = ((sum / 16) + digit[i]) / 510;
        }

        return soft;
    }

    private static double Sample(float[] field, double x, double y)
    {
        (double left, double top) = (Math.Floor(x - 0.5), Math.Floor(y - 0.5));
        (double partX, double partY) = (x - 0.5 - left, y - 0.5 - top);
        double upper = At((int)left, (int)top) + (partX * (At((int)left + 1, (int)top) - At((int)left, (int)top)));
        double lower = At((int)left, (int)top + 1) + (partX * (At((int)left + 1, (int)top + 1) - At((int)left, (int)top + 1)));
        return upper + (partY * (lower - upper));

        double At(int column, int row) => column is >= 0 and < Side && row is >= 0 and < Side ? field[(row * Side) + column] : 0;
    }
}
