namespace DigitFunctions.Tests.Images;

/// <summary>The page under the ink: its lightness, its ruled lines or squares, a border, and the light that falls on it.</summary>
internal static class ScanPaper
{
    /// <summary>The lightness of each pixel, around 0 to 255.</summary>
    /// <param name="ink">How much ink covers each pixel, 0 to 1.</param>
    /// <param name="width">Of the page in pixels.</param>
    /// <param name="height">Of the page in pixels.</param>
    /// <param name="size">Pixels that the longer side of the digit takes.</param>
    /// <param name="draw">The choices.</param>
    public static float[] Render(float[] ink, int width, int height, double size, ScanDraw draw)
    {
        double contrast = draw.Between(70, 230);
        double dark = draw.Between(0, 255 - contrast);
        bool lightInk = draw.Chance(0.5);
        (double paper, double pen) = lightInk ? (dark, dark + contrast) : (dark + contrast, dark);
        float[] printed = new float[ink.Length];
        if (draw.Chance(0.25))
        {
            Rule(printed, width, height, size, draw);
        }

        if (draw.Chance(0.15))
        {
            Border(printed, width, height, draw);
        }

        double slopeX = 0, slopeY = 0;
        if (draw.Chance(0.4))
        {
            (slopeX, slopeY) = (draw.Between(-0.3, 0.3) * contrast / width, draw.Between(-0.3, 0.3) * contrast / height);
        }

        float[] page = new float[ink.Length];
        for (int i = 0; i < page.Length; i++)
        {
            double covered = Math.Max(ink[i], printed[i]);
            double light = (slopeX * ((i % width) - (width / 2.0))) + (slopeY * ((i / width) - (height / 2.0)));
            page[i] = (float)(paper + (covered * (pen - paper)) + light);
        }

        return page;
    }

    // Lines paler than the pen, thinner than its strokes, a digit's height or more apart; squares are half as wide.
    private static void Rule(float[] printed, int width, int height, double size, ScanDraw draw)
    {
        float strength = (float)draw.Between(0.2, 0.7);
        int thickness = Math.Max(1, (int)(size * draw.Between(0.01, 0.04)));
        bool squares = draw.Chance(0.3);
        int pitch = Math.Max(8, (int)(size * (squares ? draw.Between(0.4, 0.8) : draw.Between(0.7, 1.6))));
        int first = (int)draw.Between(0, pitch);
        for (int i = 0; i < printed.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, width);
            if ((y + first) % pitch < thickness || (squares && (x + first) % pitch < thickness))
            {
                printed[i] = strength;
            }
        }
    }

    private static void Border(float[] printed, int width, int height, ScanDraw draw)
    {
        float strength = (float)draw.Between(0.4, 1);
        int shortSide = Math.Min(width, height);
        int thickness = Math.Max(1, (int)(shortSide * draw.Between(0.005, 0.03)));
        for (int i = 0; i < printed.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, width);
            if (x < thickness || y < thickness || x >= width - thickness || y >= height - thickness)
            {
                printed[i] = Math.Max(printed[i], strength);
            }
        }
    }
}
