namespace DigitFunctions.Core.Images.OpenCv;

/// <summary>Colour to grey as libpng 1.6 does it for OpenCV: weights 0.299 and 0.587 in 15 bits, in linear light where the file has a gamma.</summary>
/// <remarks>
/// <c>png_set_rgb_to_gray(png, 1, 0.299, 0.587)</c> followed by <c>png_set_strip_16</c>; see <c>png_do_rgb_to_gray</c> and <c>png_build_gamma_table</c>.
/// A pixel whose three samples are equal keeps its value. Grey files are never corrected for gamma.
/// </remarks>
internal sealed class LibpngGrey
{
    private const uint Red = 9797;
    private const uint Green = 19234;
    private const uint Blue = 32768 - Red - Green;

    // libpng keeps at most eleven bits of a sample that ends as eight bits.
    private const int MaxGammaBits = 11;

    private readonly byte[]? _toLinear8;
    private readonly byte[]? _fromLinear8;
    private readonly ushort[]? _toLinear16;
    private readonly ushort[]? _fromLinear16;
    private readonly byte[]? _equal16;
    private readonly int _shift;

    /// <summary>Prepares the tables.</summary>
    /// <param name="gamma">The file's gamma times 100,000; 0 where it has none.</param>
    /// <param name="is16Bit">Whether samples have sixteen bits.</param>
    /// <param name="significantBits">From sBIT; 0 where the file does not say.</param>
    public LibpngGrey(int gamma, bool is16Bit, int significantBits)
    {
        int screen = gamma == 0 ? 0 : Reciprocal(gamma);
        if (gamma == 0 || (!IsSignificant(gamma) && !IsSignificant(screen)))
        {
            return;
        }

        int fromLinear = screen > 0 ? Reciprocal(screen) : gamma;
        if (!is16Bit)
        {
            _toLinear8 = Table8(Reciprocal(gamma));
            _fromLinear8 = Table8(fromLinear);
            return;
        }

        _shift = significantBits is > 0 and < 16 ? 16 - significantBits : 0;
        _shift = Math.Clamp(_shift, 16 - MaxGammaBits, 8);
        _toLinear16 = Table16(Reciprocal(gamma));
        _fromLinear16 = Table16(fromLinear);
        _equal16 = TableOfEqualSamples(screen > 0 ? Product(gamma, screen) : 100_000);
    }

    /// <summary>The grey value, 0 to 255, of three eight-bit samples.</summary>
    public byte Of(byte red, byte green, byte blue)
    {
        if (red == green && red == blue)
        {
            return red;
        }

        if (_toLinear8 is null)
        {
            return (byte)(((Red * red) + (Green * green) + (Blue * blue)) >> 15);
        }

        uint linear = ((Red * _toLinear8[red]) + (Green * _toLinear8[green]) + (Blue * _toLinear8[blue]) + 16384) >> 15;
        return _fromLinear8![linear];
    }

    /// <summary>The grey value, 0 to 255, of three sixteen-bit samples.</summary>
    public byte Of(ushort red, ushort green, ushort blue)
    {
        if (red == green && red == blue)
        {
            return _equal16 is null ? (byte)(red >> 8) : _equal16[red >> _shift];
        }

        if (_toLinear16 is null)
        {
            return (byte)(((Red * red) + (Green * green) + (Blue * blue) + 16384) >> 15 >> 8);
        }

        uint linear = ((Red * _toLinear16[red >> _shift]) + (Green * _toLinear16[green >> _shift]) + (Blue * _toLinear16[blue >> _shift]) + 16384) >> 15;
        return (byte)(_fromLinear16![linear >> _shift] >> 8);
    }

    private static bool IsSignificant(int gamma) => Math.Abs(gamma - 100_000) > 5000;

    private static int Reciprocal(int value) => Fixed(1e10 / value);

    private static int Product(int a, int b) => Fixed(a * 1e-5 * b);

    private static int Fixed(double value)
    {
        double rounded = Math.Floor(value + 0.5);
        return rounded <= int.MaxValue ? (int)rounded : 0;
    }

    private static byte[] Table8(int gamma)
    {
        var table = new byte[256];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = IsSignificant(gamma) && i is > 0 and < 255
                ? (byte)Math.Floor((255 * Math.Pow(i / 255.0, gamma * 0.00001)) + 0.5)
                : (byte)i;
        }

        return table;
    }

    private ushort[] Table16(int gamma)
    {
        var table = new ushort[1 << (16 - _shift)];
        uint max = (uint)table.Length - 1;
        double scale = 1.0 / max;
        for (uint i = 0; i < table.Length; i++)
        {
            table[i] = IsSignificant(gamma)
                ? (ushort)Math.Floor((65535.0 * Math.Pow(i * scale, gamma * 0.00001)) + 0.5)
                : (ushort)(((i * 65535) + (1u << (15 - _shift))) / max);
        }

        return table;
    }

    /// <summary>Sixteen bits to eight by rounding to the nearest output, which libpng does only where a gamma is known.</summary>
    private byte[] TableOfEqualSamples(int inverseGamma)
    {
        var table = new byte[1 << (16 - _shift)];
        uint max = (uint)table.Length - 1;
        uint next = 0;
        for (uint value = 0; value < 255; value++)
        {
            uint boundary = Correct16((value * 257) + 128, inverseGamma);
            boundary = (((boundary * max) + 32768) / 65535) + 1;
            for (; next < Math.Min(boundary, (uint)table.Length); next++)
            {
                table[next] = (byte)value;
            }
        }

        table.AsSpan((int)next).Fill(255);
        return table;
    }

    private static uint Correct16(uint value, int gamma) =>
        (uint)Math.Floor((65535 * Math.Pow(value / 65535.0, gamma * 0.00001)) + 0.5);
}
