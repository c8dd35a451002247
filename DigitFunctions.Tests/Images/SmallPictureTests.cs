namespace DigitFunctions.Tests.Images;

/// <summary>Pictures of a few dozen pixels a side, in which ruling and borders are as thick as a stroke.</summary>
public class SmallPictureTests
{
    // A stroke is two or three pixels wide here: less alike than large pictures' frames, but no bar and no stem may be missing.
    private const double Alike = 0.8;

    private static readonly float[] s_seven = Some.Tensor(PngWriter.Grey(300, 300, Some.Seven(300, 300, 80, 50, 200)));

    [Theory]
    [InlineData(26, 28, 230, 30, 60, 0)]
    [InlineData(26, 28, 30, 230, 190, 0)]
    [InlineData(20, 22, 200, 60, 60, 8)]
    [InlineData(20, 22, 150, 80, 90, 3)]
    [InlineData(20, 22, 60, 180, 180, 8)]
    [InlineData(22, 26, 150, 80, 90, 11)]
    public void A_border_around_a_small_picture_is_no_part_of_the_digit(int width, int height, byte paper, byte ink, byte border, double noise)
    {
        byte[] page = Some.Seven(width, height, 6, 4, 18, paper, ink);
        for (int i = 0; i < page.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, width);
            page[i] = x == 0 || y == 0 || x == width - 1 || y == height - 1 ? border : page[i];
        }

        AssertIsSeven(width, height, Some.WithNoise(page, noise));
    }

    [Theory]
    [InlineData(44, 40, 9, 1, 230, 40, 140, 0)]
    [InlineData(44, 40, 9, 4, 230, 40, 140, 5)]
    [InlineData(60, 36, 8, 2, 30, 200, 120, 0)]
    [InlineData(30, 34, 10, 3, 60, 200, 130, 8)]
    [InlineData(26, 24, 11, 5, 200, 60, 130, 8)]
    public void Squares_on_a_small_picture_are_no_part_of_the_digit(
        int width, int height, int pitch, int first, byte paper, byte ink, byte line, double noise)
    {
        byte[] page = Some.Seven(width, height, 7, 3, 20, paper, ink);
        for (int i = 0; i < page.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, width);
            page[i] = (x % pitch == first || y % pitch == first) && page[i] == paper ? line : page[i];
        }

        AssertIsSeven(width, height, Some.WithNoise(page, noise));
    }

    [Theory]
    [InlineData(20, 20, 110, 60, 9)]
    [InlineData(22, 22, 100, 160, 12)]
    public void Noise_does_not_hide_a_digit_that_fills_a_small_picture(int width, int height, byte paper, byte ink, double noise) =>
        AssertIsSeven(width, height, Some.WithNoise(Some.Seven(width, height, 4, 2, 18, paper, ink), noise));

    [Fact]
    public void A_margin_around_a_digit_that_fills_a_small_picture_is_no_border()
    {
        // A thick ring one pixel from the edges: its straightest parts are half as long as the edges.
        byte[] page = new byte[20 * 20];
        for (int i = 0; i < page.Length; i++)
        {
            (double x, double y) = ((i % 20) - 9.5, (i / 20) - 9.5);
            double radius = Math.Sqrt((x * x) + (y * y));
            page[i] = radius is > 5 and < 9 ? (byte)130 : (byte)230;
        }

        float[] tensor = Some.Tensor(PngWriter.Grey(20, 20, page));

        Assert.All([tensor[(5 * 28) + 14], tensor[(23 * 28) + 14], tensor[(14 * 28) + 5], tensor[(14 * 28) + 23]], ink => Assert.InRange(ink, 0.5f, 1));
        Assert.InRange(tensor[(14 * 28) + 14], 0, 0.1f);
    }

    private static void AssertIsSeven(int width, int height, byte[] page) =>
        Assert.InRange(Some.Likeness(s_seven, Some.Tensor(PngWriter.Grey(width, height, page))), Alike, 1);
}
