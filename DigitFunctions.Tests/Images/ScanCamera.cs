namespace DigitFunctions.Tests.Images;

/// <summary>What a camera or a scanner does to a page.</summary>
internal static class ScanCamera
{
    private const int Block = 8;

    // cosine[k, x] of the discrete cosine transform of 8 values, orthonormal (ITU-T T.81, A.3.3).
    private static readonly float[,] Cosine = MakeCosine();

    /// <summary>Out of focus: a box blur done three times, which comes near a Gaussian one.</summary>
    /// <param name="page">Changed in place.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="deviation">Of the blur in pixels; less than a third of a pixel blurs nothing.</param>
    public static void Blur(float[] page, int width, int height, double deviation)
    {
        int reach = (int)Math.Round(((Math.Sqrt((4 * deviation * deviation) + 1) - 1) / 2) + 0.2);
        for (int pass = 0; reach > 0 && pass < 3; pass++)
        {
            for (int y = 0; y < height; y++)
            {
                BoxBlur(page, y * width, 1, width, reach);
            }

            for (int x = 0; x < width; x++)
            {
                BoxBlur(page, x, width, height, reach);
            }
        }
    }

    /// <summary>Noise of a normal distribution.</summary>
    /// <param name="page">Changed in place.</param>
    /// <param name="deviation">In levels of lightness.</param>
    /// <param name="draw">Where the noise comes from.</param>
    public static void AddNoise(float[] page, double deviation, ScanDraw draw)
    {
        for (int i = 0; deviation > 0 && i < page.Length; i++)
        {
            page[i] += (float)draw.Normal(deviation);
        }
    }

    /// <summary>What a JPEG file loses: each block of 8×8 keeps its cosine coefficients in steps that grow with the frequency.</summary>
    /// <param name="page">Changed in place; columns and rows beyond the last whole block stay.</param>
    /// <param name="width">Pixels a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="coarseness">1 for about JPEG's quality 50.</param>
    public static void Compress(float[] page, int width, int height, double coarseness)
    {
        float[] block = new float[Block * Block], other = new float[Block * Block];
        for (int top = 0; top + Block <= height; top += Block)
        {
            for (int left = 0; left + Block <= width; left += Block)
            {
                for (int i = 0; i < block.Length; i++)
                {
                    block[i] = page[((top + (i / Block)) * width) + left + (i % Block)];
                }

                Turn(block, other, forward: true);
                Turn(other, block, forward: true);
                for (int i = 0; i < block.Length; i++)
                {
                    float step = (float)(coarseness * (12 + (8 * ((i / Block) + (i % Block)))));
                    block[i] = MathF.Round(block[i] / step) * step;
                }

                Turn(block, other, forward: false);
                Turn(other, block, forward: false);
                for (int i = 0; i < block.Length; i++)
                {
                    page[((top + (i / Block)) * width) + left + (i % Block)] = block[i];
                }
            }
        }
    }

    // Transforms each row and turns rows into columns: done twice it has transformed both and everything is in its place again.
    private static void Turn(float[] from, float[] to, bool forward)
    {
        for (int row = 0; row < Block; row++)
        {
            for (int k = 0; k < Block; k++)
            {
                float sum = 0;
                for (int x = 0; x < Block; x++)
                {
                    sum += from[(row * Block) + x] * (forward ? Cosine[k, x] : Cosine[x, k]);
                }

                to[(k * Block) + row] = sum;
            }
        }
    }

    private static void BoxBlur(float[] page, int start, int step, int count, int reach)
    {
        float[] line = new float[count];
        double sum = 0;
        for (int i = -reach; i < reach; i++)
        {
            sum += At(i);
        }

        for (int i = 0; i < count; i++)
        {
            sum += At(i + reach);
            line[i] = (float)(sum / ((2 * reach) + 1));
            sum -= At(i - reach);
        }

        for (int i = 0; i < count; i++)
        {
            page[start + (i * step)] = line[i];
        }

        float At(int i) => page[start + (Math.Clamp(i, 0, count - 1) * step)];
    }

    private static float[,] MakeCosine()
    {
        float[,] cosine = new float[Block, Block];
        for (int k = 0; k < Block; k++)
        {
            for (int x = 0; x < Block; x++)
            {
                cosine[k, x] = (float)(Math.Sqrt((k == 0 ? 1.0 : 2.0) / Block) * Math.Cos(((2 * x) + 1) * k * Math.PI / (2 * Block)));
            }
        }

        return cosine;
    }
}
