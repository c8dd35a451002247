using System.Text.Json;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Stack;

namespace DigitFunctions.Tests.Deploy;

/// <summary>.devcontainer has what the pages' commands need, and opens the ports that they name.</summary>
public sealed class DevContainerTests
{
    private static readonly JsonElement Container = JsonDocument.Parse(
        Repository.Read(".devcontainer", "devcontainer.json"), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip }).RootElement;

    [Fact]
    public void Its_SDK_is_the_one_that_is_asked_for()
    {
        string sdk = JsonDocument.Parse(Repository.Read("global.json")).RootElement.GetProperty("sdk").GetProperty("version").GetString()!;

        Assert.StartsWith($"mcr.microsoft.com/devcontainers/dotnet:{sdk[..sdk.LastIndexOf('.')]}", Container.GetProperty("image").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_opens_the_ports_that_run_listens_on() => Assert.Equal(
        new[] { new FunctionsHostOptions().HttpPort, new LocalStackOptions().PredictorPort, new LocalStackOptions().S3Port, new LocalStackOptions().KafkaPort, AspireDashboard.DefaultPort },
        Container.GetProperty("forwardPorts").EnumerateArray().Select(port => port.GetInt32()));

    /// <summary>What the console blocks of README.md call, and which part of the container brings it.</summary>
    [Theory]
    [InlineData("./dev", "postCreateCommand")]
    [InlineData("AWS_ACCESS_KEY_ID=minio", "aws-cli")]
    public void What_the_quick_start_calls_is_there(string command, string part)
    {
        Assert.Contains($"\n$ {command}", Repository.Read("README.md"), StringComparison.Ordinal);
        Assert.Contains(part, Container.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("docker compose", "docker-in-docker")]
    [InlineData("kubectl", "kubectl-helm-minikube")]
    [InlineData("kind", "features/kind")]
    public void What_the_deployments_call_is_there(string command, string part)
    {
        Assert.Contains($"\n$ {command} ", Repository.Read("deploy", "README.md"), StringComparison.Ordinal);
        Assert.Contains(part, Container.GetProperty("features").GetRawText(), StringComparison.Ordinal);
    }
}
