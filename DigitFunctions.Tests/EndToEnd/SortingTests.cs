using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Amazon.S3.Model;
using DigitFunctions.Tests.Local.Stack;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>A picture uploaded to the source bucket and announced on Kafka ends up under its digit, and nothing is lost on the way.</summary>
public sealed class SortingTests
{
    [Theory, OnCeph, OnLocal]
    public async Task Every_sample_ends_under_its_digit(StorageKind storage)
    {
        await using SortingApp app = await SortingApp.StartAsync(storage);
        string[] samples = Some.Samples();
        foreach (string sample in samples)
        {
            string eTag = await app.Storage.UploadAsync(Path.GetFileName(sample), await File.ReadAllBytesAsync(sample));
            await app.AnnounceAsync(Path.GetFileName(sample), eTag);
        }

        await app.TargetHoldsAsync([.. samples.Select(Path.GetFileName).Select(name => $"digit-{name![0]}/{name}")]);
        await app.SourceHoldsAsync();
        await app.CommittedAsync(samples.Length);
        Assert.True(samples.Length >= 20);
    }

    [Theory, OnCeph, OnLocal]
    public async Task A_filed_picture_keeps_its_bytes_and_metadata_and_says_how_it_was_recognised(StorageKind storage)
    {
        await using SortingApp app = await SortingApp.StartAsync(storage);
        byte[] picture = Some.Picture(7);
        string eTag = await app.Storage.UploadAsync("a b/7+é.png", picture, "image/png", ("camera", "left"));
        await app.AnnounceAsync("a b/7+é.png", eTag);

        await app.TargetHoldsAsync("digit-7/a b/7+é.png");
        Assert.Equal(picture, await app.Storage.ReadAsync(app.Storage.Target, "digit-7/a b/7+é.png"));
        GetObjectMetadataResponse filed = await app.Storage.S3.GetObjectMetadataAsync(app.Storage.Target, "digit-7/a b/7+é.png");
        Assert.Equal("image/png", filed.Headers.ContentType);
        Assert.Equal("left", filed.Metadata["camera"]);
        Assert.Equal("7", filed.Metadata["digit"]);
        Assert.Equal(eTag, filed.Metadata["source-etag"]);
        Assert.Equal($"{app.Storage.Source}/a b/7+%C3%A9.png", filed.Metadata["source"]);
        Assert.StartsWith("onnx:mnist@", filed.Metadata["model"], StringComparison.Ordinal);
        Assert.InRange(double.Parse(filed.Metadata["confidence"], System.Globalization.CultureInfo.InvariantCulture), 0.5, 1);
    }

    [Theory, OnCeph, OnLocal]
    public async Task An_announcement_in_CloudEvents_binary_mode_is_read_as_well(StorageKind storage)
    {
        await using SortingApp app = await SortingApp.StartAsync(storage);
        string eTag = await app.Storage.UploadAsync("4.png", Some.Picture(4));
        await app.PublishAsync(null, app.Notification("4.png", eTag),
            ("ce_specversion", "1.0"), ("ce_id", "1"), ("ce_source", "minio:s3..mnist"), ("ce_type", "com.amazonaws.s3.ObjectCreated:Put"), ("content-type", "application/json"));

        await app.TargetHoldsAsync("digit-4/4.png");
    }

    [KcatFact]
    public async Task An_announcement_that_kcat_publishes_is_read_as_well()
    {
        await using SortingApp app = await SortingApp.StartAsync(StorageKind.Local);
        string eTag = await app.Storage.UploadAsync("9.png", Some.Picture(9));

        using Process kcat = Process.Start(new ProcessStartInfo("kcat", ["-b", app.Brokers, "-P", "-t", app.Topic, "-k", $"{app.Storage.Source}/9.png"])
        {
            RedirectStandardInput = true,
        })!;
        await kcat.StandardInput.BaseStream.WriteAsync(app.Notification("9.png", eTag));
        kcat.StandardInput.Close();
        await kcat.WaitForExitAsync();

        Assert.Equal(0, kcat.ExitCode);
        await app.TargetHoldsAsync("digit-9/9.png");
        await app.CommittedAsync(1);
    }

    [Theory, OnCeph, OnLocal]
    public async Task Files_that_are_no_pictures_are_set_aside_with_the_reason(StorageKind storage)
    {
        await using SortingApp app = await SortingApp.StartAsync(storage);
        byte[] text = "Dear Sir or Madam"u8.ToArray();
        await app.AnnounceAsync("letter.png", await app.Storage.UploadAsync("letter.png", text));
        await app.AnnounceAsync("empty.png", await app.Storage.UploadAsync("empty.png", []));
        await app.AnnounceAsync("2.png", await app.Storage.UploadAsync("2.png", Some.Picture(2)));

        await app.TargetHoldsAsync("digit-2/2.png", "unreadable/empty.png", "unreadable/letter.png");
        await app.SourceHoldsAsync();
        Assert.Equal(text, await app.Storage.ReadAsync(app.Storage.Target, "unreadable/letter.png"));
        Assert.Contains("not a picture", await ReasonAsync(app, "unreadable/letter.png"), StringComparison.Ordinal);
        Assert.Contains("empty", await ReasonAsync(app, "unreadable/empty.png"), StringComparison.Ordinal);
    }

    [Theory, OnCeph, OnLocal]
    public async Task A_missing_object_holds_nothing_up(StorageKind storage)
    {
        await using SortingApp app = await SortingApp.StartAsync(storage);
        await app.AnnounceAsync("gone.png", "00000000000000000000000000000000");
        await app.AnnounceAsync("1.png", await app.Storage.UploadAsync("1.png", Some.Picture(1)));

        await app.TargetHoldsAsync("digit-1/1.png");
        await app.CommittedAsync(2);
    }

    [Theory, OnCeph, OnLocal]
    public async Task An_unreadable_event_is_kept_whole_as_a_dead_letter(StorageKind storage)
    {
        await using SortingApp app = await SortingApp.StartAsync(storage);
        byte[] value = [0xff, 0x00, 0x7b];
        var delivery = await app.PublishAsync("some key"u8.ToArray(), value, ("trace", "x"));
        await app.AnnounceAsync("6.png", await app.Storage.UploadAsync("6.png", Some.Picture(6)));

        string key = $"dead-letter/{app.Topic}/{delivery.Partition.Value}/{delivery.Offset.Value}.json";
        await app.TargetHoldsAsync(key, "digit-6/6.png");
        using JsonDocument letter = JsonDocument.Parse(await app.Storage.ReadAsync(app.Storage.Target, key));
        Assert.Equal(value, letter.RootElement.GetProperty("value").GetBytesFromBase64());
        Assert.Equal("some key", Encoding.UTF8.GetString(letter.RootElement.GetProperty("key").GetBytesFromBase64()));
        Assert.Equal("trace", letter.RootElement.GetProperty("headers")[0].GetProperty("name").GetString());
        Assert.NotEmpty(letter.RootElement.GetProperty("reason").GetString()!);
        await app.CommittedAsync(2);
    }

    private static async Task<string> ReasonAsync(SortingApp app, string key) =>
        (await app.Storage.S3.GetObjectMetadataAsync(app.Storage.Target, key)).Metadata["reason"];
}
