using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DigitFunctions.Tests.Deploy;

/// <summary>.github/workflows runs what the pages say, and docs/tested.md says what was run.</summary>
public sealed class WorkflowTests
{
    private static readonly JsonObject Workflow = Yaml.Parse(Repository.Read(".github", "workflows", "deploy.yml")).Single();

    public static TheoryData<string> Calls => [.. PageCalls];

    private static IEnumerable<string> PageCalls => Commands().Where(command => command.StartsWith(".github/page-commands", StringComparison.Ordinal)).Distinct();

    [Theory]
    [MemberData(nameof(Calls))]
    public void What_a_job_takes_from_a_page_is_there(string call)
    {
        string[] commands = CommandsOf(call);

        Assert.NotEmpty(commands);
        Assert.DoesNotContain(commands, command => Regex.IsMatch(command, @"^(\S*gsutil|mc) |\$REGISTRY"));
        Assert.All(commands.SelectMany(command => Regex.Matches(command, @"(?<=-f |-k |--file )(?:deploy|infra)/[\w./-]+").Select(match => match.Value)), path => Assert.True(Path.Exists(Repository.PathOf(path)), path));
    }

    [Fact]
    public void The_workflow_builds_uploads_finds_and_goes_back_to_none()
    {
        string[] commands = [.. PageCalls.SelectMany(CommandsOf)];
        string[] milestones =
        [
            "^./dev test", "^docker compose -f deploy/compose.yaml up .*--wait", @"^aws s3 cp samples/\S+ s3://mnist/", "^until aws s3 ls --recursive s3://digits/", "^kind create cluster",
            "kedacore/keda/releases", "strimzi-cluster-operator-", "^kubectl apply -k deploy/k8s/overlays/onnx$", "^kubectl apply -k deploy/k8s/overlays/onnx-sasl-ssl$", "wait pod .* --for=delete",
        ];

        Assert.All(milestones, milestone => Assert.Contains(commands, command => Regex.IsMatch(command, milestone)));
    }

    /// <summary>A heading that is not there must fail the job, not pass it.</summary>
    [Theory]
    [InlineData("deploy/README.md 'No such heading'")]
    [InlineData("README.md 'How it works'")]
    public void A_page_without_commands_fails(string arguments) => Assert.NotEqual(0, Print($".github/page-commands {arguments}").Status);

    [Fact]
    public void Nothing_is_granted_that_is_not_needed_and_actions_are_pinned()
    {
        string text = Repository.Read(".github", "workflows", "deploy.yml");

        Assert.Contains("permissions: {}", text, StringComparison.Ordinal);
        Assert.All(Regex.Matches(text, "uses: (.+)").Select(match => match.Groups[1].Value), action => Assert.Matches("^actions/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$", action));
        Assert.All(Workflow["jobs"]!.AsObject(), job => Assert.NotNull(job.Value!["timeout-minutes"]));
    }

    /// <summary>The table names the versions that the files pin.</summary>
    [Fact]
    public void The_table_of_what_was_tested_is_of_these_versions()
    {
        string table = Repository.Read("docs", "tested.md");
        string images = string.Concat(new[] { Repository.Read("deploy", "compose.yaml"), Repository.Read("deploy", "compose.predictor.yaml"), Repository.Read("deploy", "Dockerfile") });
        string[] pins =
        [
            $"KEDA {Releases.Keda}", $"Strimzi {Releases.Strimzi}",
            .. Regex.Matches(images, @"(?<=(?:image: |FROM )\S*/)(?:kafka|minio|mc|serving|sdk|dotnet-isolated):\S+").Select(match => match.Value).Distinct(),
            Regex.Match(Repository.Read("deploy", "README.md"), @"kindest/node:\S+").Value,
        ];

        Assert.Equal(9, pins.Length);
        Assert.All(pins, pin => Assert.Contains(pin, table, StringComparison.Ordinal));
    }

    private static IEnumerable<string> Commands() => Workflow["jobs"]!.AsObject().SelectMany(job => job.Value.List("steps")).Select(step => step.Text("run")).OfType<string>().SelectMany(run => run.Split('\n'));

    private static string[] CommandsOf(string call)
    {
        (int status, string output) = Print(call);
        Assert.True(status == 0, call);
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
    }

    private static (int Status, string Output) Print(string call)
    {
        string command = call.Replace(".github/page-commands", ".github/page-commands --print", StringComparison.Ordinal);
        using Process process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Folder })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        errors.GetAwaiter().GetResult();
        return (process.ExitCode, output);
    }
}
