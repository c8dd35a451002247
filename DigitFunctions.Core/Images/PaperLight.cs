namespace DigitFunctions.Core.Images;

/// <summary>Estimates the lightness that a picture would have without ink: uneven light is smooth, ink is not.</summary>
internal static class PaperLight
{
    private const int Terms = 6;
    private const int Rounds = 10;
    private const int GridSide = 24;

    /// <summary>Fits a quadratic surface to the picture by least absolute differences, so that ink, being the lesser part, has little say.</summary>
    /// <param name="picture">Lightness.</param>
    /// <returns>The surface's lightness at each pixel.</returns>
    public static Plane FitSurface(Plane picture)
    {
        int stepX = Math.Max(1, picture.Width / GridSide);
        int stepY = Math.Max(1, picture.Height / GridSide);
        Span<double> surface = stackalloc double[Terms];
        surface.Clear();
        surface[0] = Median(picture, stepX, stepY);
        Span<double> term = stackalloc double[Terms];
        Span<double> normal = stackalloc double[Terms * (Terms + 1)];
        for (int round = 0; round < Rounds; round++)
        {
            normal.Clear();
            for (int y = stepY / 2; y < picture.Height; y += stepY)
            {
                ReadOnlySpan<float> row = picture.Row(y);
                for (int x = stepX / 2; x < row.Length; x += stepX)
                {
                    SetTerms(term, x, y, picture);
                    double residual = Math.Abs(row[x] - Dot(surface, term));
                    Accumulate(normal, term, row[x], 1 / Math.Max(residual, 1.5));
                }
            }

            if (!Solve(normal, surface))
            {
                break;
            }
        }

        return Render(surface, picture);
    }

    /// <summary>Follows light that a quadratic surface cannot: the mean of the paper, ink left out, over a wide window around each pixel.</summary>
    /// <param name="picture">Lightness.</param>
    /// <param name="surface">What <see cref="FitSurface"/> found; replaced by the better estimate.</param>
    /// <param name="isInk">1 where ink may be, else 0.</param>
    public static void Refine(Plane picture, Plane surface, ReadOnlySpan<byte> isInk)
    {
        int radius = Math.Max(4, Math.Max(picture.Width, picture.Height) / 8);
        using var difference = new Plane(picture.Width, picture.Height);
        using var weight = new Plane(picture.Width, picture.Height);
        Span<float> paper = surface.Values;
        Span<float> differences = difference.Values;
        Span<float> weights = weight.Values;
        ReadOnlySpan<float> light = picture.Values;
        for (int i = 0; i < isInk.Length; i++)
        {
            weights[i] = 1 - isInk[i];
            differences[i] = isInk[i] == 0 ? light[i] - paper[i] : 0;
        }

        difference.Blur(radius);
        weight.Blur(radius);
        for (int i = 0; i < isInk.Length; i++)
        {
            // Where the window holds little paper the surface is trusted more.
            paper[i] += differences[i] / Math.Max(weights[i], 0.25f);
        }
    }

    private static float Median(Plane picture, int stepX, int stepY)
    {
        Span<int> histogram = stackalloc int[256];
        histogram.Clear();
        int count = 0;
        for (int y = stepY / 2; y < picture.Height; y += stepY)
        {
            for (int x = stepX / 2; x < picture.Width; x += stepX)
            {
                histogram[(int)picture.Row(y)[x]]++;
                count++;
            }
        }

        int value = 0;
        for (int sum = histogram[0]; sum <= count / 2; sum += histogram[value])
        {
            value++;
        }

        return value;
    }

    private static void SetTerms(Span<double> term, int x, int y, Plane picture)
    {
        double u = Position(x, picture.Width);
        double v = Position(y, picture.Height);
        (term[0], term[1], term[2], term[3], term[4], term[5]) = (1, u, v, u * u, u * v, v * v);
    }

    private static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }

    private static void Accumulate(Span<double> normal, ReadOnlySpan<double> term, double value, double weight)
    {
        for (int i = 0; i < Terms; i++)
        {
            double weighted = weight * term[i];
            Span<double> row = normal.Slice(i * (Terms + 1), Terms + 1);
            for (int j = 0; j < Terms; j++)
            {
                row[j] += weighted * term[j];
            }

            row[Terms] += weighted * value;
        }
    }

    /// <summary>Gauss-Jordan elimination; false, and the solution untouched, where the equations do not determine it.</summary>
    private static bool Solve(Span<double> rows, Span<double> solution)
    {
        const int Stride = Terms + 1;
        for (int pivot = 0; pivot < Terms; pivot++)
        {
            int best = pivot;
            for (int row = pivot + 1; row < Terms; row++)
            {
                best = Math.Abs(rows[(row * Stride) + pivot]) > Math.Abs(rows[(best * Stride) + pivot]) ? row : best;
            }

            if (Math.Abs(rows[(best * Stride) + pivot]) < 1e-9)
            {
                return false;
            }

            for (int column = 0; column < Stride; column++)
            {
                (rows[(pivot * Stride) + column], rows[(best * Stride) + column]) = (rows[(best * Stride) + column], rows[(pivot * Stride) + column]);
            }

            for (int row = 0; row < Terms; row++)
            {
                double factor = row == pivot ? 0 : rows[(row * Stride) + pivot] / rows[(pivot * Stride) + pivot];
                for (int column = pivot; column < Stride; column++)
                {
                    rows[(row * Stride) + column] -= factor * rows[(pivot * Stride) + column];
                }
            }
        }

        for (int row = 0; row < Terms; row++)
        {
            solution[row] = rows[(row * Stride) + Terms] / rows[(row * Stride) + row];
        }

        return true;
    }

    private static Plane Render(ReadOnlySpan<double> surface, Plane picture)
    {
        var plane = new Plane(picture.Width, picture.Height);
        for (int y = 0; y < plane.Height; y++)
        {
            double v = Position(y, picture.Height);
            double constant = surface[0] + (surface[2] * v) + (surface[5] * v * v);
            double linear = surface[1] + (surface[4] * v);
            Span<float> row = plane.Row(y);
            for (int x = 0; x < row.Length; x++)
            {
                double u = Position(x, row.Length);
                row[x] = (float)(constant + (u * (linear + (u * surface[3]))));
            }
        }

        return plane;
    }

    /// <summary>A place along a side, from -1 to 1.</summary>
    private static double Position(int place, int length) => (2.0 * place / Math.Max(1, length - 1)) - 1;
}
