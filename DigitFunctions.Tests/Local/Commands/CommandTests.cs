using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DigitFunctions.Core.Images;
using DigitFunctions.Local.Stack;
using DigitFunctions.Tests.Deploy;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Local.Commands;

/// <summary>The command line: results alone on stdout, exit codes 0 done, 1 something failed, 2 usage.</summary>
public sealed class CommandTests : IDisposable
{
    private static readonly string[] s_ports = ["--s3-port", "--kafka-port", "--predictor-port", "--http-port"];

    private readonly string _folder = Directory.CreateTempSubdirectory("digits-commands-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_once_sorts_pictures_and_says_where_each_went()
    {
        string[] images = [Save("5.png", Some.Picture(5)), Save("6.png", Some.Picture(6))];

        (int exitCode, string output, string error) = await RunOnceAsync(images);

        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Matches("^Image 5.png successfully uploaded to digit-5/5.png  digit 5, confidence [01](\\.[0-9]+)?$", lines[0]);
        Assert.Matches("^Image 6.png successfully uploaded to digit-6/6.png  digit 6, confidence [01](\\.[0-9]+)?$", lines[1]);
        Assert.Equal(["", "sorted 2  for review 0  unreadable 0  not filed 0"], lines[2..]);
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Fact]
    public async Task Run_once_fails_when_a_file_is_no_picture_and_sorts_the_others()
    {
        string[] images = [Save("letter.png", "Dear Sir"u8.ToArray()), Save("7.png", Some.Picture(7))];

        (int exitCode, string output, _) = await RunOnceAsync(images);

        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.StartsWith("Image letter.png set aside as unreadable/letter.png: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Image 7.png successfully uploaded to digit-7/7.png", lines[1], StringComparison.Ordinal);
        Assert.Equal("sorted 1  for review 0  unreadable 1  not filed 0", lines[^1]);
        Assert.Equal(1, exitCode);
    }

    [Fact]
    public async Task Classify_prints_csv_and_nothing_else()
    {
        Save("4.png", Some.Picture(4));
        Save("a, b.png", Some.Picture(2));
        Save("x.png", [1, 2, 3]);
        Save("notes.txt", [1]);

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync("classify", "--csv", _folder);

        string[] lines = output.TrimEnd('\n').Split('\n');
        Assert.Equal("file,digit,confidence", lines[0]);
        Assert.Matches($"^{_folder}/4\\.png,4,(0\\.[0-9]{{4}}|1\\.0000)$", lines[1]);
        Assert.StartsWith($"\"{_folder}/a, b.png\",2,", lines[2], StringComparison.Ordinal);
        Assert.Equal($"{_folder}/x.png,,", lines[3]);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith($"{_folder}/x.png: ", error, StringComparison.Ordinal);
        Assert.Equal(1, exitCode);
    }

    [Theory]
    [InlineData("Robust", ImagingProfile.Robust)]
    [InlineData("KServeSample", ImagingProfile.KServeSample)]
    [InlineData("kserve-sample", ImagingProfile.KServeSample)]
    public async Task Transform_prints_a_request_body_that_reads_back_to_the_same_floats(string name, ImagingProfile profile)
    {
        string image = Save("3.png", Some.Picture(3));
        float[] expected = new float[ImageTransform.TensorLength];
        ImageTransform.Transform(Some.Picture(3), new ImagingOptions { Profile = profile }, expected);

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync("transform", "--profile", name, image, image);

        using JsonDocument body = JsonDocument.Parse(output);
        JsonElement instances = body.RootElement.GetProperty("instances");
        Assert.Equal(2, instances.GetArrayLength());
        Assert.Equal(expected, instances[1].EnumerateArray().Select(value => value.GetSingle()));
        Assert.Equal((0, ""), (exitCode, error));
    }

    [Theory]
    [InlineData("sort", "sort")]
    [InlineData("--profile", "classify", "--profile", "Sharp", "x.png")]
    [InlineData("no-such.png", "classify", "no-such.png")]
    public async Task Wrong_usage_is_told_with_exit_code_2(string named, params string[] arguments)
    {
        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(arguments);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--s3-port")]
    [InlineData("--kafka-port")]
    [InlineData("--predictor-port")]
    [InlineData("--http-port")]
    public async Task A_taken_port_is_named_in_one_line_by_run(string option)
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        string port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";
        string[] ports = [.. s_ports.SelectMany(each => new[] { each, each == option ? port : "0" })];

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(["run", "--once", .. ports]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"Port {port} of 127.0.0.1 is taken: stop the program that listens there, or choose another port with {option} (0 takes any free one).\n", error);
    }

    [Fact]
    public async Task A_taken_port_is_named_with_the_option_that_chooses_another()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;

        (int exitCode, string output, string error) =
            await DigitsProcess.RunAsync("stack", "--s3-port", $"{port}", "--kafka-port", "0", "--predictor-port", "0");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Equal($"{new PortTakenException(port, "--s3-port").Message}\n", error);
    }

    /// <summary>Kafka, which is not there, is warned of before.</summary>
    [Fact]
    public async Task A_taken_port_is_named_by_host_without_a_stack_trace()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using JsonDocument sample = JsonDocument.Parse(Repository.Read("local.settings.sample.json"));
        var settings = sample.RootElement.GetProperty("Values").EnumerateObject().ToDictionary(setting => setting.Name, setting => setting.Value.GetString()!);
        settings["KafkaBrokers"] = "127.0.0.1:1";

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(settings, "host", "--http-port", $"{port}");

        Assert.Equal((1, ""), (exitCode, output));
        Assert.EndsWith($"{new PortTakenException(port, "--http-port").Message}\n", error, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunOnceAsync(string[] images) => DigitsProcess.RunAsync(
        ["run", "--once", "--s3-port", "0", "--kafka-port", "0", "--predictor-port", "0", "--http-port", "0", .. images]);

    private string Save(string name, byte[] content)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
