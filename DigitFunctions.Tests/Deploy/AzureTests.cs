using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DigitFunctions.Core.Retries;

namespace DigitFunctions.Tests.Deploy;

/// <summary>infra/ says the same as deploy/k8s. (Bicep's own compiler is not asked here: the workflow and docs/azure.md do.)</summary>
public sealed class AzureTests
{
    private static readonly string Apps = Repository.Read("infra", "apps.bicep");

    [Fact]
    public void The_settings_are_read_and_taken()
    {
        Dictionary<string, string> settings = Regex.Matches(Apps, @"\{ name: '([\w]+)', (?:value: ('[^']*'|\w+)|secretRef: '[\w-]+') \}")
            .Select(match => (Name: match.Groups[1].Value, Value: match.Groups[2].Value)).DistinctBy(one => one.Name)
            .ToDictionary(one => one.Name, one => one.Value.StartsWith('\'') ? one.Value.Trim('\'') : ValueOf(one.Name, one.Value));

        Assert.Equal(17, settings.Count);
        Assert.Empty(AppSettings.UnknownIn(settings).Concat(AppSettings.RefusedBy(settings)));
    }

    [KubectlFact]
    public void The_consumer_is_scaled_as_in_a_cluster()
    {
        var cluster = new Cluster(Yaml.Parse(Kustomize.OverlayWith("onnx", "keep-offsets")));
        JsonObject[] triggers = [.. cluster.Of("ScaledObject").Single().List("spec.triggers")];
        foreach (string name in new[] { "lagThreshold", "activationLagThreshold", "offsetResetPolicy", "scaleToZeroOnInvalidOffset", "allowIdleConsumers", "version" })
        {
            Assert.Contains($"{name}: '{triggers[0].Text($"metadata.{name}")}'", Apps, StringComparison.Ordinal);
        }

        Assert.Contains($"start: '{triggers[1].Text("metadata.start")}', end: '{triggers[1].Text("metadata.end")}'", Apps, StringComparison.Ordinal);
        Assert.Contains("maxReplicas: partitions", Apps, StringComparison.Ordinal);
        Assert.Contains($"partitionCount = {cluster.Of("ScaledObject").Single().Text("spec.maxReplicaCount")}", Repository.Read("infra", "kafka.bicep"), StringComparison.Ordinal);
    }

    [KubectlFact]
    public void The_halves_run_the_same_functions_with_the_same_keys()
    {
        var cluster = new Cluster([.. Yaml.Parse(Kustomize.Overlay("onnx")), .. Yaml.Parse(Kustomize.Render("deploy/k8s/secrets"))]);
        foreach ((string half, JsonObject deployment) in cluster.Functions)
        {
            string[] functions = [.. cluster.Environment(deployment).Where(one => one.Key.StartsWith("AzureFunctionsJobHost__functions__", StringComparison.Ordinal)).Select(one => one.Value)];
            Assert.Equal(functions, NamesIn($"{half}Functions"));
        }

        Assert.Equal(cluster.KeysOf("Secret", "digitfunctions-keys")!.Order(StringComparer.Ordinal), NamesIn("keyFiles").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_stop_has_time_to_drain() => Assert.All(
        Regex.Matches(Apps, @"terminationGracePeriodSeconds: (\d+)").Select(match => TimeSpan.FromSeconds(double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))),
        grace => Assert.True(grace > new ProcessingOptions().RetryBudget));

    /// <summary>Each parameter of main.bicep is given, and each variable that is asked for is on the page.</summary>
    [Fact]
    public void The_parameters_are_given_and_explained()
    {
        string[] parameters = [.. Regex.Matches(Repository.Read("infra", "main.bicep"), @"^param (\w+)", RegexOptions.Multiline).Select(match => match.Groups[1].Value)];
        JsonObject given = JsonNode.Parse(Repository.Read("infra", "main.parameters.json"))!["parameters"]!.AsObject();
        string page = Repository.Read("docs", "azure.md");

        Assert.Equal(parameters.Order(StringComparer.Ordinal), given.Select(one => one.Key).Order(StringComparer.Ordinal));
        Assert.All(
            given.Select(one => Regex.Match(one.Value!["value"]!.ToString(), @"^\$\{(\w+)").Groups[1].Value).Where(name => !name.StartsWith("AZURE_", StringComparison.Ordinal) && !name.StartsWith("SERVICE_", StringComparison.Ordinal)),
            name => Assert.Contains(name, page, StringComparison.Ordinal));
    }

    private static string[] NamesIn(string list) =>
        [.. Regex.Matches(Regex.Match(Apps, $@"var {list} = \[([^\]]*)\]").Groups[1].Value, "'([^']+)'").Select(match => match.Groups[1].Value)];

    private static string ValueOf(string name, string parameter) => name switch
    {
        "KafkaBrokers" => "namespace.servicebus.windows.net:9093",
        "S3__ServiceUrl" => "",
        "Sorting__SourceBuckets__0" => "mnist",
        "Sorting__TargetBucket" => "digits",
        "S3__Region" => "us-east-1",
        _ => parameter.Length > 0 ? parameter : "secret",
    };
}
