using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

public class RobustTests
{
    // How alike the frames of one digit must be, however it was photographed: edges differ by parts of a pixel.
    private const double Alike = 0.9;

    private static readonly float[] s_seven = Some.Tensor(PngWriter.Grey(300, 300, Some.Seven(300, 300, 80, 50, 200)));

    [Fact]
    public void The_frame_is_that_of_MNIST()
    {
        double mass = s_seven.Sum(), momentX = 0, momentY = 0;
        List<int> rows = [], columns = [];
        for (int i = 0; i < s_seven.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, 28);
            momentX += s_seven[i] * x;
            momentY += s_seven[i] * y;
            if (s_seven[i] > 0.3)
            {
                rows.Add(y);
                columns.Add(x);
            }
        }

        Assert.Equal(20, rows.Max() - rows.Min() + 1);
        Assert.InRange(columns.Max() - columns.Min() + 1, 12, 15);
        Assert.InRange(momentX / mass, 13.4, 14.6);
        Assert.InRange(momentY / mass, 13.4, 14.6);
        Assert.Equal(1, s_seven.Max());
        Assert.Equal(0, s_seven.Min());
    }

    [Theory]
    [InlineData(300, 300, 80, 50, 200, 255, 0)]
    [InlineData(300, 300, 80, 50, 200, 0, 255)]
    [InlineData(300, 300, 80, 50, 200, 150, 40)]
    [InlineData(300, 300, 80, 50, 200, 70, 200)]
    [InlineData(600, 200, 400, 20, 150, 255, 0)]
    [InlineData(200, 900, 20, 700, 120, 255, 30)]
    [InlineData(60, 60, 10, 5, 45, 255, 0)]
    [InlineData(3000, 2000, 2100, 300, 160, 240, 20)]
    public void A_digit_is_found_wherever_and_however_large_it_is(int width, int height, int left, int top, int size, byte paper, byte ink)
    {
        byte[] picture = PngWriter.Grey(width, height, Some.Seven(width, height, left, top, size, paper, ink));

        Assert.InRange(Some.Likeness(s_seven, Some.Tensor(picture)), Alike, 1);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    public void Noise_does_not_hide_the_digit(double deviation)
    {
        byte[] page = Some.WithNoise(Some.Seven(300, 300, 80, 50, 200, 200, 40), deviation);

        Assert.InRange(Some.Likeness(s_seven, Some.Tensor(PngWriter.Grey(300, 300, page))), Alike, 1);
    }

    [Fact]
    public void Uneven_light_is_no_ink()
    {
        byte[] page = Some.Seven(300, 300, 80, 50, 200, 230, 90);
        for (int i = 0; i < page.Length; i++)
        {
            page[i] = (byte)(page[i] - (i % 300 / 4));
        }

        Assert.InRange(Some.Likeness(s_seven, Some.Tensor(PngWriter.Grey(300, 300, page))), Alike, 1);
    }

    [Fact]
    public void Ruled_lines_and_a_frame_are_no_part_of_the_digit()
    {
        byte[] page = Some.Seven(300, 300, 90, 75, 160);
        for (int i = 0; i < page.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, 300);
            bool isLine = y % 40 < 2 || x is 30 or 31;
            bool isFrame = x is < 8 or >= 292 || y is < 8 or >= 292;
            page[i] = isFrame ? (byte)0 : isLine ? Math.Min(page[i], (byte)100) : page[i];
        }

        Assert.InRange(Some.Likeness(s_seven, Some.Tensor(PngWriter.Grey(300, 300, page))), 0.85, 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void Ink_on_a_transparent_ground_is_seen_whatever_its_colour(byte ink)
    {
        byte[] alpha = Some.Seven(100, 100, 25, 15, 70, 0, 255);
        ushort[] samples = [.. alpha.SelectMany(a => new ushort[] { ink, a })];

        float[] tensor = Some.Tensor(new PngWriter(100, 100) { ColorType = 4 }.Write(samples));

        Assert.InRange(Some.Likeness(s_seven, tensor), Alike, 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_picture_that_already_is_a_frame_is_used_as_it_is(bool inverted)
    {
        byte[] frame = Some.Pixels(s_seven);
        byte[] stored = Array.ConvertAll(frame, value => inverted ? (byte)(255 - value) : value);

        Assert.Equal(frame.Select(value => value / 255f), Some.Tensor(PngWriter.Grey(28, 28, stored)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(255, 0)]
    [InlineData(128, 4)]
    [InlineData(200, 25)]
    public void A_blank_picture_is_unreadable(byte paper, double noise)
    {
        byte[] page = new byte[200 * 150];
        Array.Fill(page, paper);
        byte[] picture = PngWriter.Grey(200, 150, Some.WithNoise(page, noise));

        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => Some.Tensor(picture));

        Assert.StartsWith("no ink", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ruled_paper_without_a_digit_is_unreadable()
    {
        byte[] page = new byte[240 * 240];
        for (int i = 0; i < page.Length; i++)
        {
            page[i] = i / 240 % 30 == 7 ? (byte)90 : (byte)240;
        }

        Assert.Throws<UnreadablePictureException>(() => Some.Tensor(PngWriter.Grey(240, 240, page)));
    }

    [Fact]
    public void A_speck_of_dust_is_no_digit()
    {
        byte[] page = new byte[200 * 200];
        Array.Fill(page, (byte)250);
        page[(90 * 200) + 60] = page[(90 * 200) + 61] = page[(91 * 200) + 60] = 10;

        Assert.Throws<UnreadablePictureException>(() => Some.Tensor(PngWriter.Grey(200, 200, page)));
    }
}
