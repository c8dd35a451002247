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
        Assert.Matches($"\ntarget    (digit-[0-9]|review)/a.png\n{picture}\ntransform Robust\n", output);
        Assert.Equal(["a.png"], await ReconcilerTests.KeysAsync(storage.S3, storage.Source));
        Assert.Empty(await ReconcilerTests.KeysAsync(storage.S3, storage.Target));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_a_fault_of_usage()
    {
        (int exitCode, string output, string error) = await DigitsProcess.RunAsync("explain", "no-such.json");

        Assert.Equal((2, "", "There is no file no-such.json.\n"), (exitCode, output, error));
    }
}
