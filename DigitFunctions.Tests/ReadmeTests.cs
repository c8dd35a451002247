using System.Text.RegularExpressions;
using DigitFunctions.Tests.Deploy;
using DigitFunctions.Tests.Local.Commands;

namespace DigitFunctions.Tests;

/// <summary>Every command of README.md is run by a test, or it is said here why it is not.</summary>
public sealed class ReadmeTests
{
    /// <summary>What a command begins with, and who runs it.</summary>
    private static readonly (string Command, string Where)[] Commands =
    [
        ("git clone ", "not run: where the repository lies is the owner's to say"),
        ("./dev run", nameof(CommandTests)),
        ("./dev test", "runs these tests"),
        ("AWS_ACCESS_KEY_ID=minio AWS_SECRET_ACCESS_KEY=minio123 aws ", "not run: needs the AWS command line; the local S3 server's own tests use boto3, the SDK and raw requests"),
        ("./dev digits classify --csv ", nameof(CommandTests)),
        ("./dev digits transform ", nameof(CommandTests)),
        ("./dev digits explain ", nameof(ExplainTests)),
        ("./dev digits replay ", nameof(ReplayTests)),
        ("./dev digits redrive ", nameof(RedriveTests)),
        ("./dev digits reconcile ", nameof(ReconcileTests)),
        ("./dev digits export ", nameof(ExportTests)),
        ("./dev digits --help", nameof(Every_command_of_digits_is_in_its_help)),
    ];

    [Fact]
    public void Every_command_of_the_readme_is_accounted_for()
    {
        string[] lines = [.. Regex.Matches(Repository.Read("README.md"), @"^\$ (.+)$", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];

        Assert.All(lines, line => Assert.Contains(Commands, known => line.StartsWith(known.Command, StringComparison.Ordinal)));
        Assert.All(Commands, known => Assert.Contains(lines, line => line.StartsWith(known.Command, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Every_command_of_digits_is_in_its_help()
    {
        (int exitCode, string output, _) = await DigitsProcess.RunAsync("--help");
        string[] named = [.. Commands.Select(known => Regex.Match(known.Command, @"^\./dev digits (\w+)").Groups[1].Value).Where(name => name.Length > 0)];

        Assert.Equal(0, exitCode);
        Assert.All(named, name => Assert.Matches($@"\n  {name} ", output));
    }

    [Fact]
    public async Task Run_prints_the_line_that_the_readme_shows()
    {
        string line = Regex.Match(Repository.Read("README.md"), "^Image (.+)$", RegexOptions.Multiline).Value;
        string picture = Repository.PathOf("samples", line.Split(' ')[1]);

        (int exitCode, string output, _) = await DigitsProcess.RunAsync(
            "run", "--once", "--s3-port", "0", "--kafka-port", "0", "--predictor-port", "0", "--http-port", "0", picture);

        Assert.Equal((0, $"{line}\n"), (exitCode, output));
    }

    public static TheoryData<string> Pages() =>
        [.. Directory.GetFiles(Repository.PathOf("docs"), "*.md").Select(page => $"docs/{Path.GetFileName(page)}"), "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "deploy/README.md"];

    /// <summary>Lines that a person reads on a screen; a table's row, a command, what it prints, and what holds no space may be wider.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public void Lines_are_short(string page)
    {
        string prose = Regex.Replace(Repository.Read(page), "^```.*?^```", "", RegexOptions.Multiline | RegexOptions.Singleline);

        Assert.All(prose.Split('\n').Where(line => !line.StartsWith('|') && line.Contains(' ', StringComparison.Ordinal)), line => Assert.InRange(line.Length, 0, 160));
    }
}
