using DigitFunctions.Local;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Prediction;
using DigitFunctions.Tests.Reconciling;
using DigitFunctions.Tests.Support;

namespace DigitFunctions.Tests.Local.Commands;

/// <summary><c>digits reconcile</c>, over the local S3 server and with the model of the repository.</summary>
public sealed class ReconcileTests
{
    [Fact]
    public async Task The_command_sorts_what_waits_and_ends_with_the_figures()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        await ReconcilerTests.UploadAsync(storage, "a.png");

        (int, string, string) dry = await DigitsProcess.RunAsync(storage.Settings, "reconcile", "--older-than", "0s", "--dry-run");
        (int ExitCode, string Output, string Error) done = await DigitsProcess.RunAsync(storage.Settings, "reconcile", "--older-than", "0s", "--bucket", storage.Source);

        Assert.Equal((0, ""), (dry.Item1, dry.Item3));
        Assert.StartsWith($"waiting  {storage.Source}/a.png\n", dry.Item2, StringComparison.Ordinal);
        Assert.Equal((0, ""), (done.ExitCode, done.Error));
        Assert.Matches($"^(sorted|review) +{storage.Source}/a.png  \\S+/a.png\n", done.Output);
        Assert.Matches("\nseen=1 young=0 waiting=1 sorted=[01] .*refused=0 failed=0\n$", done.Output);
        Assert.Empty(await ReconcilerTests.KeysAsync(storage.S3, storage.Source));
    }

    [Fact]
    public async Task A_server_that_is_not_reached_is_told_with_the_figures()
    {
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        var nowhere = new Dictionary<string, string>(storage.Settings) { ["S3__ServiceUrl"] = PredictorServer.NobodysUrl(), ["Processing__RetryBudget"] = "00:00:00" };

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(nowhere, "reconcile");

        Assert.Equal(1, exitCode);
        Assert.StartsWith("It ends here: ", error, StringComparison.Ordinal);
        Assert.Contains("\nseen=0 ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--older-than must be", "--older-than", "soon")]
    [InlineData("Sorting__SourceBuckets", "--bucket", "elsewhere")]
    public async Task Wrong_usage_is_told_with_exit_code_2(string named, params string[] arguments)
    {
        var settings = new Dictionary<string, string> { ["Sorting__SourceBuckets__0"] = "mnist" };

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(settings, ["reconcile", .. arguments]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "[..............................] 0 of 3  none yet")]
    [InlineData(2, "[####################..........] 2 of 3  none yet")]
    [InlineData(4, "[##############################] 4 of 4  none yet")]
    public void A_bar_shows_how_far_it_is(long done, string line) => Assert.Equal(line, new ProgressBar(3).Line(done, "none yet"));
}
