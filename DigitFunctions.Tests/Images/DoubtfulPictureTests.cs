using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

/// <summary>Pictures whose digit looks like a frame or a rule, and pictures of more than one mark.</summary>
public class DoubtfulPictureTests
{
    [Theory]
    [InlineData(200, 0)]
    [InlineData(200, 4)]
    [InlineData(100, 1)]
    [InlineData(28, 0)]
    public void A_thin_circle_that_fills_the_picture_is_ink(int side, int margin)
    {
        byte[] page = Ring(side, side, side / 2.0, (side / 2.0) - margin, Math.Max(1, side / 60.0));

        float[] tensor = Some.Tensor(PngWriter.Grey(side, side, page));

        Assert.Equal(20, Enumerable.Range(0, 28).Count(row => tensor.AsSpan(row * 28, 28).ContainsAnyInRange(0.1f, 1)));
        Assert.InRange(tensor[(14 * 28) + 14], 0, 0.1f);
    }

    [Theory]
    [InlineData(28, 1, 22)]
    [InlineData(100, 1, 80)]
    [InlineData(200, 2, 180)]
    public void A_stem_of_one_stroke_is_ink(int side, int width, int length)
    {
        byte[] page = Page(side, side);
        for (int y = (side - length) / 2; y < (side + length) / 2; y++)
        {
            page.AsSpan((y * side) + (side / 2), width).Clear();
        }

        float[] tensor = Some.Tensor(PngWriter.Grey(side, side, page));

        Assert.Equal(20, Enumerable.Range(0, 28).Count(row => tensor.AsSpan(row * 28, 28).ContainsAnyInRange(0.1f, 1)));
    }

    [Fact]
    public void A_stem_that_reaches_the_edges_is_kept_in_the_other_reading()
    {
        // A nine: a ring with a straight stem on its right, from the upper edge to the lower one.
        byte[] page = Ring(100, 160, 45, 36, 4);
        for (int i = 0; i < page.Length; i++)
        {
            page[i] = i % 100 is >= 80 and < 86 ? (byte)0 : page[i];
        }

        byte[] file = PngWriter.Grey(100, 160, page);
        float[] tensor = new float[ImageTransform.TensorLength];

        TransformedPicture picture = ImageTransform.Transform(file, new ImagingOptions(), tensor);

        float[] other = Assert.IsType<float[]>(picture.OtherReading);
        int HeightOf(float[] frame) => Enumerable.Range(0, 28).Count(row => frame.AsSpan(row * 28, 28).ContainsAnyInRange(0.5f, 1));
        Assert.Equal(20, HeightOf(other));
        Assert.True(other.Take(784 / 2).Sum() > other.Skip(784 / 2).Sum(), "the ring of a nine lies above its stem");
    }

    [Fact]
    public void A_picture_without_straight_lines_has_one_reading()
    {
        TransformedPicture picture = Transform(300, 300, Some.Seven(300, 300, 80, 50, 200));

        Assert.Equal(default, picture);
    }

    [Fact]
    public void Marks_of_like_size_beside_each_other_are_several()
    {
        byte[] page = Some.Seven(600, 300, 60, 60, 160);
        byte[] second = Some.Seven(600, 300, 380, 66, 150);

        Assert.True(Transform(600, 300, Darker(page, second)).HoldsSeveral);
    }

    [Fact]
    public void A_smaller_mark_beside_the_digit_is_not_one_of_several()
    {
        byte[] page = Some.Seven(600, 300, 60, 60, 160);
        byte[] speck = Some.Seven(600, 300, 420, 140, 60);

        Assert.False(Transform(600, 300, Darker(page, speck)).HoldsSeveral);
    }

    [Theory]
    [InlineData(28, 2, 15, 14)]
    [InlineData(600, 120, 320, 260)]
    public void Two_digits_that_stand_close_are_several(int side, int left, int right, int size)
    {
        byte[] page = Some.Seven(side, side, left, side / 4, size);
        byte[] second = Some.Seven(side, side, right, side / 4, size);

        Assert.True(Transform(side, side, Darker(page, second)).HoldsSeveral);
    }

    [Fact]
    public void A_digit_in_two_strokes_is_one()
    {
        // A nought that is open above and below.
        byte[] page = Ring(200, 200, 100, 60, 12);
        for (int i = 0; i < page.Length; i++)
        {
            page[i] = i % 200 is >= 90 and < 110 ? (byte)255 : page[i];
        }

        byte[] narrow = [.. Enumerable.Range(0, page.Length).Select(i => page[(i / 200 * 200) + Math.Clamp(100 + (((i % 200) - 100) * 3 / 2), 0, 199)])];

        Assert.False(Transform(200, 200, narrow).HoldsSeveral);
    }

    [Fact]
    public void A_drawing_of_many_marks_is_no_single_digit()
    {
        byte[] page = Page(400, 400);
        for (int i = 0; i < 16; i++)
        {
            page = Darker(page, Some.Seven(400, 400, 20 + (i % 4 * 100), 20 + (i / 4 * 100), i == 5 ? 70 : 25));
        }

        Assert.True(Transform(400, 400, page).HoldsSeveral);
    }

    [Fact]
    public void A_frame_without_a_digit_is_unreadable()
    {
        byte[] page = Page(200, 200);
        for (int i = 0; i < page.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, 200);
            bool isFrame = x is >= 4 and < 196 && y is >= 4 and < 196 && (x is < 7 or >= 193 || y is < 7 or >= 193);
            page[i] = isFrame ? (byte)0 : page[i];
        }

        Assert.Throws<UnreadablePictureException>(() => Transform(200, 200, page));
    }

    private static TransformedPicture Transform(int width, int height, byte[] page) =>
        ImageTransform.Transform(PngWriter.Grey(width, height, page), new ImagingOptions(), new float[ImageTransform.TensorLength]);

    private static byte[] Page(int width, int height)
    {
        byte[] page = new byte[width * height];
        Array.Fill(page, (byte)255);
        return page;
    }

    private static byte[] Darker(byte[] one, byte[] other) => [.. one.Zip(other, Math.Min)];

    private static byte[] Ring(int width, int height, double centre, double radius, double pen)
    {
        byte[] page = Page(width, height);
        for (int i = 0; i < page.Length; i++)
        {
            double distance = Math.Sqrt(Math.Pow((i % width) + 0.5 - centre, 2) + Math.Pow((i / width) + 0.5 - centre, 2));
            page[i] = distance <= radius && distance >= radius - pen ? (byte)0 : page[i];
        }

        return page;
    }
}
