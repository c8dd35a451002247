using DigitFunctions.Local.Commands;
using DigitFunctions.Tests.Page;
using DigitFunctions.Tests.Prediction;

namespace DigitFunctions.Tests.Local.Commands;

/// <summary><c>digits redrive</c>, over the local S3 server and with the model of the repository.</summary>
public sealed class RedriveTests
{
    [Fact]
    public async Task The_command_tells_of_each_letter_and_its_exit_code_says_whether_all_went_well()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        string mended = await page.WriteMendedLetterAsync(1, "4.png", "GET was refused");
        string hopeless = await page.WriteLetterAsync(2, [0xff, 0x00], "\u001b[31mnot JSON");
        string address = $"s3://{page.Storage.Target}/dead-letter/";

        (int, string, string) dry = await RunAsync(page, address, "--dry-run");
        (int, string, string) good = await RunAsync(page, address, "--reason", "was REFUSED", "--delete", "--max", "5");
        (int ExitCode, string Output, string) bad = await RunAsync(page, address);

        Assert.Equal((0, $"to-be-tried  {mended}  GET was refused\nto-be-tried  {hopeless}  [31mnot JSON\n\nhandled=0 failed=0 exhausted=0 foreign=0 unreachable=0 to_be_tried=2 removed=0\n", ""), dry);
        Assert.Equal((0, $"handled      {mended}  sorted digit-4/4.png\n\nhandled=1 failed=0 exhausted=0 foreign=0 unreachable=0 to_be_tried=0 removed=1\n", ""), good);
        Assert.Equal(1, bad.ExitCode);
        Assert.StartsWith($"failed       {hopeless}  ", bad.Output, StringComparison.Ordinal);
        Assert.EndsWith("\n\nhandled=0 failed=1 exhausted=0 foreign=0 unreachable=0 to_be_tried=0 removed=0\n", bad.Output, StringComparison.Ordinal);
        Assert.Equal([hopeless, "digit-4/4.png"], await page.FiledAsync());
    }

    [Fact]
    public async Task A_server_that_is_not_reached_is_told_with_the_figures()
    {
        await using PageFixture page = await PageFixture.StartAsync();
        var nowhere = new Dictionary<string, string>(page.Storage.Settings) { ["S3__ServiceUrl"] = PredictorServer.NobodysUrl() };

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(nowhere, "redrive", $"s3://{page.Storage.Target}/dead-letter/");

        Assert.Equal((1, "\nhandled=0 failed=0 exhausted=0 foreign=0 unreachable=0 to_be_tried=0 removed=0\n"), (exitCode, output));
        Assert.StartsWith("It ends here: ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://digits/dead-letter/", "dead-letter/")]
    [InlineData("s3://digits/dead-letter", "dead-letter/")]
    [InlineData("s3://digits/dead-letter/mnist/0/17.json", "dead-letter/mnist/0/17.json")]
    public void An_address_names_bucket_and_prefix(string address, string prefix) => Assert.Equal(("digits", prefix), RedriveCommand.Parse(address));

    [Theory]
    [InlineData("")]
    [InlineData("dead-letter/")]
    [InlineData("s3://digits")]
    [InlineData("s3://digits/")]
    [InlineData("s3://digits/digit-3/")]
    [InlineData("s3:///dead-letter/")]
    [InlineData("http://digits/dead-letter/")]
    public void An_address_of_anything_else_is_a_fault_of_usage(string address) =>
        Assert.Contains("such as s3://digits/dead-letter/", Assert.Throws<UsageException>(() => RedriveCommand.Parse(address)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--max must be 1 or more", "--max", "0", "s3://digits/dead-letter/")]
    [InlineData("Sorting__TargetBucket", "s3://elsewhere/dead-letter/")]
    [InlineData("LETTERS", "dead-letter/")]
    public async Task Wrong_usage_is_told_with_exit_code_2(string named, params string[] arguments)
    {
        var settings = new Dictionary<string, string> { ["Sorting__SourceBuckets__0"] = "mnist" };

        (int exitCode, string output, string error) = await DigitsProcess.RunAsync(settings, ["redrive", .. arguments]);

        Assert.Equal((2, ""), (exitCode, output));
        Assert.Contains(named, error, StringComparison.Ordinal);
    }

    private static Task<(int ExitCode, string Output, string Error)> RunAsync(PageFixture page, params string[] arguments) =>
        DigitsProcess.RunAsync(page.Storage.Settings, ["redrive", .. arguments]);
}
