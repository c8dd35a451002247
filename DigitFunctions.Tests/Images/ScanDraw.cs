namespace DigitFunctions.Tests.Images;

/// <summary>The random choices of one <see cref="Scan"/>.</summary>
/// <param name="seed">The same seed makes the same choices.</param>
internal sealed class ScanDraw(int seed)
{
    private static readonly float[] Normals = MakeNormals();

    private readonly Random _random = new(seed);

    /// <summary>Whether something happens that happens in this share of the pictures.</summary>
    public bool Chance(double share) => _random.NextDouble() < share;

    /// <summary>A value of a uniform distribution.</summary>
    public double Between(double least, double most) => least + ((most - least) * _random.NextDouble());

    /// <summary>A value whose logarithm is uniformly distributed.</summary>
    public double BetweenInOctaves(double least, double most) => least * Math.Pow(most / least, _random.NextDouble());

    /// <summary>A value of a normal distribution around 0, cut off at twice its deviation.</summary>
    public double Normal(double deviation) => Normals[_random.Next(Normals.Length)] * deviation;

    // Drawn once: noise for millions of pixels would cost two transcendental functions each.
    private static float[] MakeNormals()
    {
        Random random = new(1);
        float[] normals = new float[1 << 16];
        for (int i = 0; i < normals.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            normals[i] = (float)Math.Clamp(normal, -2, 2);
        }

        return normals;
    }
}
