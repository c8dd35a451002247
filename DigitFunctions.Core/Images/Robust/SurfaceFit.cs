using System.Buffers;
using System.Runtime.Intrinsics;

namespace DigitFunctions.Core.Images.Robust;

/// <summary>Fits c + l₁u + l₂v + q₁u² + q₂uv + q₃v² to samples of a picture by least absolute differences; u and v run from -1 to 1 along its sides.</summary>
/// <remarks>
/// Iteratively reweighted least squares. The sums over a row need powers of u alone, four samples at a time; those of v are multiplied in once a row.
/// Vectors of a fixed length, so that every machine adds in the same order.
/// </remarks>
internal static class SurfaceFit
{
    /// <summary>How many numbers make up a surface.</summary>
    public const int Terms = 6;

    private const int Rounds = 10;
    private const int Lanes = 4;

    // A difference below this counts as this: no sample decides by itself.
    private const double LeastDifference = 1.5;

    // In levels of lightness: what no later step can see.
    private const double LeastChange = 0.02;

    // Sums of u⁰ to u⁴, and of lightness times u⁰ to u².
    private const int Powers = 5;
    private const int ValuePowers = 3;
    private const int Stride = Powers + ValuePowers;

    private static ReadOnlySpan<byte> PowersOfU => [0, 1, 0, 2, 1, 0];

    private static ReadOnlySpan<byte> PowersOfV => [0, 0, 1, 0, 1, 2];

    /// <summary>Fits a surface.</summary>
    /// <param name="picture">Lightness.</param>
    /// <param name="stepX">A sample is taken every so many columns.</param>
    /// <param name="stepY">And every so many rows.</param>
    /// <param name="surface">The six numbers to begin with; receives the result.</param>
    public static void Fit(Plane picture, int stepX, int stepY, Span<double> surface)
    {
        int columns = CountPlaces(picture.Width, stepX);
        int rows = CountPlaces(picture.Height, stepY);
        int stride = (columns + Lanes - 1) / Lanes * Lanes;
        double[] pooled = ArrayPool<double>.Shared.Rent(stride * (rows + 2));
        Span<double> u = pooled.AsSpan(0, stride);
        Span<double> isSample = pooled.AsSpan(stride, stride);
        Span<double> samples = pooled.AsSpan(2 * stride, stride * rows);
        u.Clear();
        isSample.Clear();
        samples.Clear();
        isSample[..columns].Fill(1);
        for (int i = 0; i < columns; i++)
        {
            u[i] = Position((stepX / 2) + (i * stepX), picture.Width);
        }

        for (int j = 0; j < rows; j++)
        {
            ReadOnlySpan<float> row = picture.Row((stepY / 2) + (j * stepY));
            for (int i = 0; i < columns; i++)
            {
                samples[(j * stride) + i] = row[(stepX / 2) + (i * stepX)];
            }
        }

        Span<double> equations = stackalloc double[Terms * (Terms + 1)];
        Span<double> moments = stackalloc double[Powers * Stride];
        Span<double> sums = stackalloc double[Stride];
        Span<double> before = stackalloc double[Terms];
        for (int round = 0; round < Rounds; round++)
        {
            moments.Clear();
            for (int j = 0; j < rows; j++)
            {
                double v = Position((stepY / 2) + (j * stepY), picture.Height);
                SumRow(samples.Slice(j * stride, stride), u, isSample, surface, v, sums);
                Accumulate(moments, sums, v);
            }

            SetEquations(equations, moments);
            surface.CopyTo(before);
            if (!Solve(equations, surface) || IsSettled(before, surface))
            {
                break;
            }
        }

        ArrayPool<double>.Shared.Return(pooled);
    }

    /// <summary>A place along a side, from -1 to 1.</summary>
    public static double Position(int place, int length) => (2.0 * place / Math.Max(1, length - 1)) - 1;

    private static bool IsSettled(ReadOnlySpan<double> before, ReadOnlySpan<double> surface)
    {
        bool isSettled = true;
        for (int i = 0; i < surface.Length; i++)
        {
            isSettled &= Math.Abs(surface[i] - before[i]) < LeastChange;
        }

        return isSettled;
    }

    private static int CountPlaces(int length, int step) => (length - (step / 2) + step - 1) / step;

    /// <summary>The sums over a row, each sample weighed by the inverse of its difference from the surface.</summary>
    private static void SumRow(
        ReadOnlySpan<double> samples, ReadOnlySpan<double> u, ReadOnlySpan<double> isSample, ReadOnlySpan<double> surface, double v, Span<double> sums)
    {
        Vector256<double> constant = Vector256.Create(surface[0] + (v * (surface[2] + (v * surface[5]))));
        Vector256<double> linear = Vector256.Create(surface[1] + (v * surface[4]));
        Vector256<double> quadratic = Vector256.Create(surface[3]);
        Vector256<double> least = Vector256.Create(LeastDifference);
        Vector256<double> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, t0 = default, t1 = default, t2 = default;
        for (int i = 0; i < samples.Length; i += Lanes)
        {
            Vector256<double> x = Vector256.Create(u.Slice(i, Lanes));
            Vector256<double> sample = Vector256.Create(samples.Slice(i, Lanes));
            Vector256<double> difference = Vector256.Abs(sample - (constant + (x * (linear + (x * quadratic)))));
            Vector256<double> weight = Vector256.Create(isSample.Slice(i, Lanes)) / Vector256.Max(difference, least);
            Vector256<double> weightX = weight * x;
            Vector256<double> square = x * x;
            Vector256<double> weightSquare = weight * square;
            s0 += weight;
            s1 += weightX;
            s2 += weightSquare;
            s3 += weightX * square;
            s4 += weightSquare * square;
            t0 += weight * sample;
            t1 += weightX * sample;
            t2 += weightSquare * sample;
        }

        (sums[0], sums[1], sums[2], sums[3], sums[4]) = (Sum(s0), Sum(s1), Sum(s2), Sum(s3), Sum(s4));
        (sums[5], sums[6], sums[7]) = (Sum(t0), Sum(t1), Sum(t2));
    }

    private static double Sum(Vector256<double> lanes) => (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);

    /// <summary>Multiplies a row's sums by the powers of v, and adds them to those of the rows before it.</summary>
    private static void Accumulate(Span<double> moments, ReadOnlySpan<double> sums, double v)
    {
        double power = 1;
        for (int q = 0; q < Powers; q++)
        {
            for (int p = 0; p < Powers - q; p++)
            {
                moments[(q * Stride) + p] += sums[p] * power;
            }

            for (int p = 0; p < ValuePowers - q; p++)
            {
                moments[(q * Stride) + Powers + p] += sums[Powers + p] * power;
            }

            power *= v;
        }
    }

    private static void SetEquations(Span<double> equations, ReadOnlySpan<double> moments)
    {
        for (int i = 0; i < Terms; i++)
        {
            Span<double> row = equations.Slice(i * (Terms + 1), Terms + 1);
            for (int j = 0; j < Terms; j++)
            {
                row[j] = moments[((PowersOfV[i] + PowersOfV[j]) * Stride) + PowersOfU[i] + PowersOfU[j]];
            }

            row[Terms] = moments[(PowersOfV[i] * Stride) + Powers + PowersOfU[i]];
        }
    }

    /// <summary>Gauss-Jordan elimination; false, and the solution untouched, where the equations do not determine it.</summary>
    private static bool Solve(Span<double> rows, Span<double> solution)
    {
        const int Columns = Terms + 1;
        for (int pivot = 0; pivot < Terms; pivot++)
        {
            int best = pivot;
            for (int row = pivot + 1; row < Terms; row++)
            {
                best = Math.Abs(rows[(row * Columns) + pivot]) > Math.Abs(rows[(best * Columns) + pivot]) ? row : best;
            }

            if (Math.Abs(rows[(best * Columns) + pivot]) < 1e-9)
            {
                return false;
            }

            for (int column = 0; column < Columns; column++)
            {
                (rows[(pivot * Columns) + column], rows[(best * Columns) + column]) = (rows[(best * Columns) + column], rows[(pivot * Columns) + column]);
            }

            for (int row = 0; row < Terms; row++)
            {
                double factor = row == pivot ? 0 : rows[(row * Columns) + pivot] / rows[(pivot * Columns) + pivot];
                for (int column = pivot; column < Columns; column++)
                {
                    rows[(row * Columns) + column] -= factor * rows[(pivot * Columns) + column];
                }
            }
        }

        for (int row = 0; row < Terms; row++)
        {
            solution[row] = rows[(row * Columns) + Terms] / rows[(row * Columns) + row];
        }

        return true;
    }
}
