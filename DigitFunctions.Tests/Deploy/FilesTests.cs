using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DigitFunctions.Core.Retries;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Deploy;

/// <summary>Checks of deploy/ and host.json that need neither kubectl nor schemas.</summary>
public sealed class FilesTests
{
    [Fact]
    public void Every_manifest_parses_and_says_what_it_is()
    {
        string[] files = Directory.GetFiles(Repository.PathOf("deploy"), "*.yaml", SearchOption.AllDirectories);
        string[] manifests = [.. files.Where(file => file.Contains("k8s", StringComparison.Ordinal) && Path.GetFileName(file) is not ("kustomization.yaml" or "sink.yaml"))];

        Assert.All(files, file => Assert.NotEmpty(Yaml.Parse(File.ReadAllText(file))));
        Assert.NotEmpty(manifests);
        Assert.All(manifests, file => Assert.All(
            Yaml.Parse(File.ReadAllText(file)), one => Assert.NotNull(one.Text("apiVersion") is null || one.Text("kind") is null ? null : one.Text("metadata.name"))));
    }

    [Theory]
    [InlineData("a: b: c")]
    [InlineData("a: 1\na: 2")]
    public void What_is_no_YAML_is_found(string text) => Assert.ThrowsAny<YamlDotNet.Core.YamlException>(() => Yaml.Parse(text));

    [Fact]
    public void Every_manifest_is_part_of_a_kustomization()
    {
        foreach (string folder in Directory.GetDirectories(Repository.PathOf("deploy", "k8s"), "*", SearchOption.AllDirectories).Where(folder => File.Exists(Path.Combine(folder, "kustomization.yaml"))))
        {
            string kustomization = File.ReadAllText(Path.Combine(folder, "kustomization.yaml"));
            IEnumerable<string> others = Directory.GetFiles(folder, "*.yaml").Select(file => Path.GetFileName(file)).Where(name => name is not ("kustomization.yaml" or "sink.yaml"));

            Assert.All(others, name => Assert.Matches($@"- (path: )?{Regex.Escape(name)}\s", kustomization));
        }
    }

    [Fact]
    public void The_trigger_keeps_a_batch_that_failed_and_outlives_its_retries()
    {
        Assert.False(Agreement.HostJson.GetProperty("commitOnFailure").GetBoolean());
        Assert.Equal(-1, Agreement.HostJson.GetProperty("maxRetries").GetInt32());
        Assert.True(TimeSpan.FromMilliseconds(Agreement.HostJson.GetProperty("maxPollIntervalMs").GetInt32()) > new ProcessingOptions().RetryBudget);
    }

    [Fact]
    public void The_sample_settings_and_the_base_read_the_same_topic_in_the_same_group()
    {
        JsonObject sample = JsonNode.Parse(Repository.Read("local.settings.sample.json"))!["Values"]!.AsObject();
        string[] literals = [.. Yaml.Parse(Repository.Read("deploy", "k8s", "base", "kustomization.yaml"))[0].At("configMapGenerator.0.literals")!.AsArray().Select(one => one!.ToString())];

        Assert.Contains($"KafkaTopic={sample["KafkaTopic"]}", literals);
        Assert.Contains($"KafkaConsumerGroup={sample["KafkaConsumerGroup"]}", literals);
    }

    [Fact]
    public void The_drop_in_reads_the_same_topic_from_the_same_brokers_and_posts_to_a_route_of_the_app()
    {
        JsonObject source = Yaml.Parse(Repository.Read("deploy", "k8s", "overlays", "kserve-dropin", "kafkasource.yaml"))[0];
        JsonObject sink = Yaml.Parse(Repository.Read("deploy", "k8s", "overlays", "kserve-dropin", "sink.yaml"))[0];
        string[] literals = [.. Yaml.Parse(Repository.Read("deploy", "k8s", "base", "kustomization.yaml"))[0].At("configMapGenerator.0.literals")!.AsArray().Select(one => one!.ToString())];

        Assert.Contains($"KafkaBrokers={source.Text("spec.bootstrapServers.0")}", literals);
        Assert.Contains($"KafkaTopic={source.Text("spec.topics.0")}", literals);
        Assert.Equal(Agreement.HostJson.GetProperty("autoOffsetReset").GetString(), source.Text("spec.initialOffset"));
        Assert.Equal(source.Text("spec.sink.uri"), sink.Text("spec.sink.uri"));
        Assert.True(HasRoute("post", source.Text("spec.sink.uri")!.Split('?')[0]), source.Text("spec.sink.uri"));
        Assert.Equal(AppSettings.KeyedFunctions.Contains("PredictFromEvent"), source.Text("spec.sink.uri")!.Contains("?code=", StringComparison.Ordinal));
    }

    [Fact]
    public void Probes_need_no_key() => Assert.True(HasRoute("get", "/api/health", anonymous: true));

    [Fact]
    public void A_route_that_the_app_does_not_have_is_found() => Assert.False(HasRoute("get", "/api/alive") || HasRoute("get", "/api/events") || HasRoute("post", "/api/health"));

    [Theory]
    [InlineData("README.md")]
    [InlineData("deploy/README.md")]
    [InlineData("docs/azure.md")]
    [InlineData("CONTRIBUTING.md")]
    [InlineData("SECURITY.md")]
    [InlineData("CHANGELOG.md")]
    [InlineData("docs/explain.md")]
    [InlineData("docs/guarantees.md")]
    [InlineData("docs/http.md")]
    [InlineData("docs/learning.md")]
    [InlineData("docs/observability.md")]
    [InlineData("docs/page.md")]
    [InlineData("docs/reconcile.md")]
    [InlineData("docs/settings.md")]
    [InlineData("docs/testing.md")]
    [InlineData("docs/tested.md")]
    public void Every_path_of_the_repository_that_a_page_names_is_there(string page)
    {
        string text = Repository.Read(page);
        string[] paths = [.. Regex.Matches(text, @"(?<![\w/.-])(?:deploy|samples|model|DigitFunctions(?:\.\w+)?)/[\w./-]*[\w/](?![\w*-])").Select(match => match.Value).Distinct()];

        Assert.All(paths, path => Assert.True(Path.Exists(Repository.PathOf(path)), $"{page} names {path}"));
        Assert.All(Regex.Matches(text, @"\]\(([^)#:]+)\)").Select(match => match.Groups[1].Value), link => Assert.True(Path.Exists(Path.Combine(Path.GetDirectoryName(Repository.PathOf(page))!, link)), $"{page} links to {link}"));
    }

    [Fact]
    public void The_page_makes_every_secret_that_no_manifest_has()
    {
        string page = Repository.Read("deploy", "README.md");

        Assert.All(Cluster.MadeByCommand, made => Assert.Matches($@"create (secret generic|configmap) {made.Key} ", page));
        Assert.All(Cluster.MadeByCommand.SelectMany(made => made.Value), key => Assert.Matches($@"--from-(literal|file)={Regex.Escape(key)}=", page));
    }

    private static bool HasRoute(string method, string path, bool anonymous = false) => AppSettings.Functions.Values.OfType<HttpTriggerAttribute>().Any(trigger =>
        trigger.Methods!.Contains(method, StringComparer.OrdinalIgnoreCase)
        && Regex.IsMatch(path, $"^/{Regex.Replace(trigger.Route!, @"\{\w+\}", "[^/:]+")}$")
        && (!anonymous || trigger.AuthLevel == AuthorizationLevel.Anonymous));
}
