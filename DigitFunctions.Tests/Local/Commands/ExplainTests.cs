using System.Text.Json;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Reconciling;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Local.Commands;

/// <summary><c>digits explain</c>, over the local S3 server and with the model of the repository.</summary>
public sealed class ExplainTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("digits-explain-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_event_and_a_picture_are_explained()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await ReconcilerTests.UploadAsync(storage, "a.png");
        string message = Path.Combine(_folder.FullName, "event.json");
        string picture = Path.Combine(_folder.FullName, "picture.png");
        await File.WriteAllBytesAsync(message, MinioNotification.RecordValue(new BucketNotification("s3:ObjectCreated:Put", storage.Source, "a.png")));
        await File.WriteAllBytesAsync(picture, Some.Picture());

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(storage.Settings, "explain", message, picture);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.StartsWith($"{message}\nread      Upload of {storage.Source}/a.png\n", output, StringComparison.Ordinal);
        Assert.Matches($"\ntarget    (digit-[0-9]|review)/a.png in {storage.Target}\n{picture}\ntransform Robust\n", output);
        Assert.Equal(["a.png"], await ReconcilerTests.KeysAsync(storage.S3, storage.Source));
        Assert.Empty(await ReconcilerTests.KeysAsync(storage.S3, storage.Target));
    }

    [Fact]
    public async Task Programs_get_a_line_of_JSON_for_each_as_by_HTTP()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        string message = Path.Combine(_folder.FullName, "event.json");
        // A picture that is text: only JSON is taken for an event.
        string picture = Path.Combine(_folder.FullName, "picture.pgm");
        await File.WriteAllTextAsync(message, """{"Records":[]} {"Records":5}""");
        await File.WriteAllTextAsync(picture, $"P2\n28 28\n255\n{string.Join(' ', Enumerable.Range(0, 784).Select(i => i % 28 is 13 or 14 && i is > 140 and < 640 ? 0 : 255))}\n");

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(storage.Settings, "explain", "--json", message, picture);

        JsonElement[] lines = [.. output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        // An event that cannot be read is told, and by the exit code as well.
        Assert.Equal((1, ""), (exitCode, error));
        Assert.Equal(["skipped", "rejected"], lines[..2].Select(line => line.GetProperty("records")[0].GetProperty("read").GetString()));
        Assert.Equal((28, "Robust"), (lines[2].GetProperty("rows").GetArrayLength(), lines[2].GetProperty("profile").GetString()));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_fault_of_usage()
    {
        (int exitCode, string output, string error) = await DigitsProcess.RunAsync("explain", "no-such.json");

        Assert.Equal((2, "", "There is no file no-such.json.\n"), (exitCode, output, error));
    }
}
