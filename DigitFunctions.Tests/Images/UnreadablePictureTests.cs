using System.Diagnostics;
using System.Text;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Tests.Images;

public class UnreadablePictureTests
{
    private const int Seed = 4;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static readonly byte[] s_picture = PngWriter.Grey(40, 50, Some.Seven(40, 50, 8, 5, 40));

    [Fact]
    public void An_empty_file_is_unreadable() => AssertReason("the file is empty", []);

    [Theory]
    [InlineData("hello")]
    [InlineData("<html><body>not here</body></html>")]
    [InlineData("\u0089PNG")]
    public void A_file_that_is_no_picture_is_unreadable(string content) => AssertReason("not a picture", Encoding.Latin1.GetBytes(content));

    [Fact]
    public void A_file_of_too_many_bytes_is_not_looked_at()
    {
        ImagingOptions options = new() { MaxBytes = 100 };

        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => ImageTransform.Transform(new byte[101], options, new float[784]));

        Assert.Equal("101 bytes are more than the 100 allowed (Imaging__MaxBytes)", refused.Message);
    }

    [Theory]
    [InlineData(5000, 5000)]
    [InlineData(100_000, 100_000)]
    [InlineData(int.MaxValue, 1)]
    [InlineData(1, 0x80000001)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void Too_many_pixels_are_refused_by_the_header_alone(uint width, uint height)
    {
        byte[] file = PngWriter.File(PngWriter.Header(width, height, 8, 0), PngWriter.Chunk("IDAT", PngWriter.Compress(new byte[100])), PngWriter.Chunk("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();

        AssertReason($"{width}×{height} pixels are more than the 16777216 allowed (Imaging__MaxPixels)", file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_cut_off_anywhere_is_unreadable()
    {
        for (int length = 1; length < s_picture.Length; length++)
        {
            AssertUnreadable(s_picture[..length]);
        }
    }

    [Fact]
    public void Rows_that_are_missing_are_noticed_though_the_compressed_data_end_well()
    {
        byte[] half = PngWriter.Compress(new byte[41 * 25]);

        AssertReason("the picture is truncated", PngWriter.File(PngWriter.Header(40, 50, 8, 0), PngWriter.Chunk("IDAT", half), PngWriter.Chunk("IEND", [])));
    }

    [Fact]
    public void Data_that_need_a_preset_dictionary_are_refused()
    {
        // The file that the fuzzer found: the last row is black, so that it is looked at whether the data are whole.
        byte[] rows = PngWriter.Compress(new byte[41 * 50]);
        byte[] data = [0x78, 0xBB, 1, 2, 3, 4, .. rows[2..]];

        AssertUnreadable(PngWriter.File(PngWriter.Header(40, 50, 8, 0), PngWriter.Chunk("IDAT", data), PngWriter.Chunk("IEND", [])));
    }

    [Theory]
    [InlineData(1, 40)]
    [InlineData(40, 1)]
    [InlineData(2, 40)]
    [InlineData(1, 1)]
    public void A_picture_too_narrow_for_a_digit_has_no_ink(int width, int height)
    {
        byte[] pixels = [.. Enumerable.Range(0, width * height).Select(i => (byte)(i % 3 == 0 ? 0 : 255))];

        UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => Some.Tensor(PngWriter.Grey(width, height, pixels)));

        Assert.StartsWith("no ink", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_checksum_of_the_data_is_noticed()
    {
        List<byte[]> chunks = new PngWriter(40, 50).Chunks(Array.ConvertAll(Some.Seven(40, 50, 8, 5, 40), value => (ushort)value));
        int data = chunks.FindIndex(chunk => Encoding.ASCII.GetString(chunk, 4, 4) == "IDAT");
        chunks[data][^1] ^= 1;

        AssertUnreadable(PngWriter.File(chunks));
    }

    [Fact]
    public void Data_beyond_the_last_row_are_not_decompressed()
    {
        byte[] bomb = PngWriter.Compress(new byte[64 << 20]);
        byte[] file = PngWriter.File(PngWriter.Header(28, 28, 8, 0), PngWriter.Chunk("IDAT", bomb), PngWriter.Chunk("IEND", []));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal(784, Some.Tensor(file, ImagingProfile.KServeSample).Sum());
        Assert.Throws<UnreadablePictureException>(() => Some.Tensor(file));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }

    [Fact]
    public void Ten_thousand_chunks_are_read_in_passing()
    {
        byte[] comment = PngWriter.Chunk("tEXt", "Comment\0again"u8);
        PngWriter writer = new(40, 50) { ExtraChunks = [.. Enumerable.Repeat(comment, 10_000)] };
        byte[] file = writer.Write(Array.ConvertAll(Some.Seven(40, 50, 8, 5, 40), value => (ushort)value));

        Assert.Equal(Some.Tensor(s_picture), Some.Tensor(file));
    }

    [Fact]
    public Task Mutated_files_are_read_or_unreadable_and_nothing_else() =>
        AssertReadOrUnreadableAsync(new PngFuzz(Seed, GoldenPictures.Read(GoldenPictures.Checked).Select(golden => golden.Picture)).Make);

    [Fact]
    public Task Mutated_files_of_other_formats_are_read_or_unreadable_and_nothing_else() => AssertReadOrUnreadableAsync(new FormatFuzz(Seed).Make);

    [Theory]
    [InlineData("iVBORw0KGgoAAAANSUhEUgAAAAIAAAADAQMAAAH0I3xUAAAABlBMVEVfTBMY2wD36aDIAAAAA0lEQVR4AWNuiHbpAAAAA0lEQVRoAEG+1aU8AAAAA0lEQVTGBgbT0abjAAAAA0lEQVQHAAz1MxQMAAAAA0lEQVROAkIpKqxWAAAAAElFTkSuQmCC")]
    [InlineData("iVBORw0KGgoAAAANSUhEUgAAABAAAAAFCAMAAAEMMaztAAAAAXNSR0IArs4c6QAAAARnQU1BAADqYGIGGnMAAAAgY0hSTQAAeiYAAICEAAD6AAAAgOgAAHUwAADqYAAAOpgAABdwnLpRPAAAANJQTFRF+gFBvJUFLlr1RkA19BOqgMVj0OYw4H0dQ7iexFAAQN0sB7T0TJVch9o9Z0FB4vfO0P8CR+kbscJeO2pSqst5QUqrVLWt/mX7ywSXQiAuj1bALhDMFcX0Cn8x3Ky0G6ssCPqBQwHT9LRf54kiseYiYwKnA0IT8KZpfYUgs5hU2vzzmi8WYf1ULX0R5hI1+6fZKK9/nWHwWK4aiDfengh/4zyGINYZ0e9N467pGZ27eypckCQvZGh6md5kwyxVmYkqn1uFKq635clCF5XYkxd8bAylA1tyMQAAABZ0Uk5TnT3r/30B6Zba5AHGEgbgLmfB02rQBXwt91UAAAALSURBVHjaAVsApP8AKxAETpKCmgAAAAtJREFUCgsAJkVCEAASPQgGrSdJAAAAC0lEQVQbAi3tF+kAIzgvFmNlKXoAAAALSURBVDQwLyAELfAL7xDsqd9l+AAAAAtJREFU+f4EA/QcHekX9eRDpoqpAAAAC0lEQVQBM9AH+wrxQsQCRREs3YYAAAALSURBVAEQQwIjQi0AMD0NmpXqlQAAAAtJREFURQ00CQLvGB/QHeyhZF4hAAAAAElEQVQ1rwYeAAAAEElFTkRqVV6FjJtT4Fqov1kPYImLBIjGNAAAAAtJREFUzw5DDvYfvvnj/lhXuNBOAAAAA0lEQVQVHSle+dtJAAAAAElFTkSuQmCC")]
    public async Task Files_for_which_the_library_never_ended_do_end(string base64) =>
        await CheckAsync(Convert.FromBase64String(base64), ImagingProfile.Robust);

    private static async Task AssertReadOrUnreadableAsync(Func<int, byte[]> make)
    {
        int read = 0;
        HashSet<string> reasons = [];
        for (int i = 0; i < 5000; i++)
        {
            byte[] file = make(i);
            try
            {
                string? reason = await CheckAsync(file, i % 2 == 0 ? ImagingProfile.Robust : ImagingProfile.KServeSample);
                read += reason is null ? 1 : 0;
                reasons.Add(reason ?? "");
            }
            catch (Exception exception)
            {
                string kept = Path.Combine(Path.GetTempPath(), $"digitfunctions-picture-{i}");
                File.WriteAllBytes(kept, file);
                Assert.Fail($"Input {i} of seed {Seed}, kept as {kept}: {exception}");
            }
        }

        // The mutations lead deep into the decoder, so they are worth their time.
        Assert.InRange(read, 1000, 4000);
        Assert.InRange(reasons.Count, 50, int.MaxValue);
    }

    /// <summary>A decoder that does not end fails the test instead of holding it up.</summary>
    private static Task<string?> CheckAsync(byte[] file, ImagingProfile profile) => Task.Run(() => ReadOrUnreadable.Check(file, profile)).WaitAsync(s_patience);

    private static void AssertReason(string start, byte[] file)
    {
        foreach (ImagingProfile profile in Enum.GetValues<ImagingProfile>())
        {
            UnreadablePictureException refused = Assert.Throws<UnreadablePictureException>(() => Some.Tensor(file, profile));
            Assert.StartsWith(start, refused.Message, StringComparison.Ordinal);
        }
    }

    private static void AssertUnreadable(byte[] file)
    {
        foreach (ImagingProfile profile in Enum.GetValues<ImagingProfile>())
        {
            Assert.Throws<UnreadablePictureException>(() => Some.Tensor(file, profile));
        }
    }
}
