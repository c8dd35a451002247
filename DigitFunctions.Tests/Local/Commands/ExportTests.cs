using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Amazon.S3.Model;
using DigitFunctions.Benchmarks.Accuracy;
using DigitFunctions.Core.Page;
using DigitFunctions.Tests.Page;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DigitFunctions.Tests.Local.Commands;

/// <summary><c>digits export</c>, over the local S3 server: what it writes is what the benchmark and the training read.</summary>
public sealed class ExportTests : IDisposable
{
    private const string When = "2026-11-27T10:00:00Z";

    private readonly string _folder = Directory.CreateTempSubdirectory("digits-export-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Out => Path.Combine(_folder, "out");

    [Fact]
    public async Task What_is_filed_is_written_by_its_label_and_what_waits_for_a_person_is_not()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.FileAsync("digit-3/a.png", Some.Picture(3));
        await page.FileAsync("digit-7/b/a.png", Some.Picture(7));
        await page.FileAsync("unreadable/decided.txt", "a letter"u8.ToArray(), ("reviewed", When), ("was", "unreadable"));
        await page.FileAsync("unreadable/waiting.png", Some.Picture(1));
        await page.FileAsync("review/waiting.png", Some.Picture(1), ("reviewed", When), ("was", "digit-1"));
        await page.WriteLetterAsync(1, [1], "not JSON");

        (int exitCode, string output, string error) = await ExportAsync(page, Out);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith("exported=3 failed=0 reviewed=1 ", Last(output), StringComparison.Ordinal);
        IReadOnlyList<LabelledPicture> read = LabelledPictures.Find(Out, IdxPictures.AsItIs);
        Assert.Equal([3, 7, LabelledPictures.None], read.Select(picture => picture.Digit));
        Assert.Equal([Some.Picture(3), Some.Picture(7), "a letter"u8.ToArray()], read.Select(picture => picture.Read()));
    }

    [Fact]
    public async Task What_people_decided_is_compared_with_what_the_model_first_said()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await ReviewedAsync(page, "digit-3/right.png", "digit-3", "3", "0.99");
        await ReviewedAsync(page, "digit-3/wrong.png", "digit-8", "8", "0.95");
        await ReviewedAsync(page, "digit-3/wrong2.png", "digit-5,digit-8", "8", "0.6");
        await ReviewedAsync(page, "digit-3/wrong3.png", "digit-5", "5", "0.5");
        await ReviewedAsync(page, "digit-4/doubtful.png", "review", "4", "0.3");
        await ReviewedAsync(page, "digit-9/unread.png", "unreadable", null, null);
        await ReviewedAsync(page, "unreadable/cat.png", "digit-6", "6", "0.97");
        await ReviewedAsync(page, "unreadable/dog.png", "review", "2", "0.4");
        await page.FileAsync("digit-1/untouched.png", Some.Picture(1), ("digit", "1"), ("confidence", "1"), ("model", "onnx"));

        (int exitCode, string output, string error) = await ExportAsync(page, "--reviewed", Out);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal("exported=8 failed=0 reviewed=8 accuracy=0.3333 n=6 rejected=0.3333 sure_right=0.5000 sure=2 none_filed=0.5000 none=2", Last(output));
        Assert.Matches(@"decided 3, the model right +1 of 4, 0\.2500, most often taken for 8 \(2\)", output);
        Assert.Matches(@"decided 9, the model right +0 of 1, 0\.0000, most often taken for none \(1\)", output);
        Assert.Matches(@"decided none, the model right +1 of 2, 0\.5000, most often taken for 6 \(1\)", output);
        Assert.Matches(@"of onnx:\[31mmnist +3 of 7, 0\.4286", output);
        Assert.DoesNotContain('\u001b', output);
        Assert.Equal([3, 3, 3, 3, 4, 9, 10, 10], LabelledPictures.Find(Out, IdxPictures.AsItIs).Select(picture => picture.Digit));
    }

    [Fact]
    public async Task The_same_export_gives_the_same_files_and_a_later_one_replaces_them()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string eTag = await page.FileAsync("digit-3/a.png", Some.Picture(3));
        await page.FileAsync("digit-3/A.png", Some.OtherPicture(3));
        string other = Path.Combine(_folder, "other");

        await ExportAsync(page, Out);
        await ExportAsync(page, other);
        Dictionary<string, string> first = FilesIn(Out);
        await File.WriteAllTextAsync(Path.Combine(Out, "images-idx3-ubyte"), "frames of the earlier one");
        await page.Get<PictureDecisions>().DecideAsync("digit-3/a.png", eTag, "digit-5/", null, default);
        (int exitCode, _, string error) = await ExportAsync(page, Out);

        Assert.Equal(2, first.Count);
        Assert.Equal(first, FilesIn(other));
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal(
            first.Select(file => (file.Value == Hash(Some.Picture(3)) ? file.Key.Replace("3/", "5/", StringComparison.Ordinal) : file.Key, file.Value)).Order(),
            FilesIn(Out).Select(file => (file.Key, file.Value)).Order());
    }

    [Fact]
    public async Task Hostile_keys_stay_in_the_folder()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string[] paths =
        [
            "a?b*c:d|e<f>g\"h%2e%2e.png", @"..\..\x.png", "CON", "nul.png", "-rf", "日本.png", "a.png", "A.png", "a/b", "a/b/c.png", "\u202Egnp.exe", "/x.png", "a//b.png", "~", "$(id).png", "\u0001.png", "a\nb.png", "\u001b[31m.png", "\uFFFF.png", new string('l', 1000),
        ];
        foreach (string path in paths)
        {
            await page.FileAsync($"digit-2/{path}", Some.Picture(2));
        }

        (int exitCode, string output, string error) = await ExportAsync(page, Out);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith($"exported={paths.Length} failed=0 ", Last(output), StringComparison.Ordinal);
        Assert.Equal(paths.Length, LabelledPictures.Find(Out, IdxPictures.AsItIs).Count(picture => picture.Digit == 2));
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
        Assert.Equal(["2"], Directory.EnumerateFileSystemEntries(Out).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_key_that_a_client_would_resolve_to_another_is_not_asked_for()
    {
        await using var app = new MemoryApp(new MemoryS3(), new FixedPredictor(5));
        app.S3.Upload(MemoryApp.Target, "digit-2/../secret.png", Some.Picture(2));
        app.S3.Upload(MemoryApp.Target, "digit-2/x/.", Some.Picture(2));
        app.S3.Upload(MemoryApp.Target, "digit-2/", []);
        app.S3.Upload(MemoryApp.Target, "digit-2/x..y.png", Some.Picture(2));
        using PictureExport export = ActivatorUtilities.CreateInstance<PictureExport>(app.Services);
        var taken = new ConcurrentDictionary<string, string?>();

        await export.ReadAsync(reviewedOnly: false, (picture, _) => Task.FromResult(taken[picture.Key] = picture.Fault), default);

        Assert.Null(taken["digit-2/x..y.png"]);
        Assert.Contains("'..'", taken["digit-2/../secret.png"], StringComparison.Ordinal);
        Assert.Contains("'..'", taken["digit-2/x/."], StringComparison.Ordinal);
        Assert.Equal(3, taken.Count);
        Assert.Equal(["digit-2/x..y.png"], app.S3.Calls.Where(call => call.Method == "GET").Select(call => call.Key));
    }

    [Fact]
    public async Task A_folder_that_holds_anything_else_is_left_alone()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.FileAsync("digit-3/a.png", Some.Picture(3));
        string kept = Path.Combine(Directory.CreateDirectory(Path.Combine(Out, "3")).FullName, "mine.png");
        await File.WriteAllTextAsync(kept, "mine");
        string linked = Directory.CreateDirectory(Path.Combine(_folder, "linked")).FullName;
        string elsewhere = Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(linked, "3"), elsewhere);

        (int, string, string Error) full = await ExportAsync(page, Out);
        (int, string, string Error) link = await ExportAsync(page, linked);
        (int, string, string Error) file = await ExportAsync(page, kept);

        Assert.Equal((2, "", $"{kept} is not of an export; the folder must be new or empty, or hold an earlier export alone.\n"), full);
        Assert.Equal((2, ""), (link.Item1, link.Item2));
        Assert.Equal((2, ""), (file.Item1, file.Item2));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere));
        Assert.Equal("mine", await File.ReadAllTextAsync(kept));
    }

    [Fact]
    public async Task An_earlier_export_stays_where_the_bucket_is_not_reached()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.FileAsync("digit-3/a.png", Some.Picture(3));
        await ExportAsync(page, Out);
        Dictionary<string, string> before = FilesIn(Out);
        var nowhere = new Dictionary<string, string>(page.Storage.Settings) { ["S3__ServiceUrl"] = PredictorServer.NobodysUrl(), ["Processing__RetryBudget"] = "00:00:00" };

        (int exitCode, _, _) = await DigitsProcess.RunAsync(nowhere, "export", Out);
        (int missing, _, string error) = await ExportAsync(page, "--bucket", "no-such-bucket", Out);

        Assert.Equal((1, 1), (exitCode, missing));
        Assert.Contains("no-such-bucket", error, StringComparison.Ordinal);
        Assert.Equal(before, FilesIn(Out));
    }

    [Fact]
    public async Task A_file_that_is_too_large_is_named_and_the_others_are_exported()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.FileAsync("digit-3/large.png", new byte[40_000]);
        await page.FileAsync("digit-3/small.png", [1]);
        var settings = new Dictionary<string, string>(page.Storage.Settings) { ["Imaging__MaxBytes"] = "30000" };

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(settings, "export", Out);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("exported=1 failed=1 ", Last(output), StringComparison.Ordinal);
        Assert.Equal("digit-3/large.png is left out: it has 40000 bytes, and larger files than Imaging__MaxBytes are not read\n", error);
    }

    [Fact]
    public async Task All_pages_of_a_listing_are_read_and_few_pictures_are_in_memory_at_once()
    {
        const int Count = 1050;
        await using PageFixture page = await PageFixture.StartAsync();
        await Parallel.ForAsync(0, Count, async (i, ct) => await page.Storage.S3.PutObjectAsync(
            new PutObjectRequest { BucketName = page.Storage.Target, Key = $"digit-6/{i.ToString(CultureInfo.InvariantCulture)}.png", ContentBody = "x" }, ct));
        using PictureExport export = ActivatorUtilities.CreateInstance<PictureExport>(page.Services);
        int seen = 0;
        int held = 0;
        int most = 0;

        await export.ReadAsync(reviewedOnly: false, async (picture, ct) =>
        {
            int now = Interlocked.Increment(ref held);
            Interlocked.Increment(ref seen);
            lock (export)
            {
                most = Math.Max(most, now);
            }

            await Task.Yield();
            Interlocked.Decrement(ref held);
        }, default);

        Assert.Equal(Count, seen);
        Assert.InRange(most, 1, PictureExport.MostAtOnce);
    }

    [Fact]
    public async Task Frames_and_labels_to_train_on_are_made_of_an_export()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        await page.FileAsync("digit-3/a.png", Some.Picture(3));
        await page.FileAsync("digit-8/a.png", Some.Picture(8));
        await page.FileAsync("unreadable/a.png", "no picture"u8.ToArray(), ("reviewed", When));
        await ExportAsync(page, Out);
        string images = Path.Combine(Out, "images-idx3-ubyte");

        string scans = Path.Combine(_folder, "scans-idx3-ubyte");

        Assert.Equal(0, await ScanFrames.Create().Parse([Out, images]).InvokeAsync());
        Assert.Equal(0, await ScanFrames.Create().Parse(["--copies", "2", images, scans]).InvokeAsync());

        byte[] frames = await File.ReadAllBytesAsync(images);
        Assert.Equal([0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 28, 0, 0, 0, 28], frames[..16]);
        Assert.Equal([0, 0, 8, 1, 0, 0, 0, 3, 3, 8, 10], await File.ReadAllBytesAsync(Path.Combine(Out, "labels-idx1-ubyte")));
        Assert.Equal([true, true, false], frames[16..].Chunk(784).Select(frame => frame.Any(pixel => pixel > 0)));
        Assert.Equal([3, 8, LabelledPictures.None], LabelledPictures.Find(images, IdxPictures.AsItIs).Select(picture => picture.Digit));
        Assert.Equal(16 + (2 * 3 * 784), new FileInfo(scans).Length);
    }

    private static Task<(int ExitCode, string Output, string Error)> ExportAsync(PageFixture page, params string[] arguments) =>
        DigitsProcess.RunAsync(page.Storage.Settings, ["export", .. arguments]);

    private static Task<string> ReviewedAsync(PageFixture page, string key, string was, string? digit, string? confidence) => page.FileAsync(
        key, Some.Picture(3),
        [
            ("reviewed", When), ("was", was),
            .. digit is null ? ((string, string)[])[("reason", "not a picture")] : [("digit", digit), ("confidence", confidence!), ("model", "onnx:[31mmnist")],
        ]);

    private static Dictionary<string, string> FilesIn(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(folder, file), file => Hash(File.ReadAllBytes(file)));

    private static string Hash(byte[] content) => Convert.ToHexString(SHA256.HashData(content));

    private static string Last(string output) => output.TrimEnd('\n').Split('\n')[^1];
}
