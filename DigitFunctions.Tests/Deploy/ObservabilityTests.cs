using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DigitFunctions.Core.Batches;
using DigitFunctions.Core.Observability;
using DigitFunctions.Tests.EndToEnd;
using DigitFunctions.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DigitFunctions.Tests.Deploy;

/// <summary>Alerts and dashboard of deploy/k8s/components/observability name metrics that the functions have.</summary>
public sealed partial class ObservabilityTests
{
    private static readonly string[] Wanted = ["DeadLetters", "Blocked", "UnreadableShare", "LagNotFalling", "FallbackShare"];

    private static readonly string[] Listeners = ["receivers.otlp.protocols.grpc", "receivers.otlp.protocols.http", "exporters.prometheus", "extensions.health_check"];

    private static readonly string[] Statuses = [.. Enum.GetNames<OutcomeStatus>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];

    [Fact]
    public async Task Every_figure_that_is_named_is_there()
    {
        HashSet<string> metrics = await MetricsAsync();

        Assert.Empty(Expressions().SelectMany(expression => FaultsOf(expression, metrics)));
    }

    [Theory]
    [InlineData("sum(rate(digitfunctions_outcome_total[5m]))", "digitfunctions_outcome_total")]
    [InlineData("sum by (stage) (digitfunctions_stage_duration_bucket)", "digitfunctions_stage_duration_bucket")]
    [InlineData("digitfunctions_outcomes_total{outcome=~\"sorted|lost\"}", "lost")]
    public async Task A_figure_or_an_outcome_that_is_not_there_is_found(string expression, string fault) => Assert.Equal([fault], FaultsOf(expression, await MetricsAsync()));

    [Fact]
    public void There_is_an_alert_for_what_somebody_has_to_see_to()
    {
        string[] alerts = [.. Rules().Select(rule => rule.Text("alert")!)];

        Assert.All(Wanted, name => Assert.Contains($"DigitFunctions{name}", alerts));
        Assert.All(Rules(), rule => Assert.NotNull(rule.Text("annotations.summary")));
    }

    /// <summary>Its config names the ports that its pods, its Service and the scraper have.</summary>
    [Fact]
    public void The_collector_listens_where_it_is_sent_to_and_scraped()
    {
        JsonObject config = Yaml.Parse(Repository.Read("deploy", "k8s", "components", "observability", "collector-config.yml")).Single();
        JsonObject deployment = Component("collector.yaml")[0];
        string[] open = [.. deployment.List("spec.template.spec.containers.0.ports").Select(port => $"0.0.0.0:{port.Text("containerPort")}")];

        Assert.Equal(
            open,
            Listeners.Select(listener => config.Text($"{listener}.endpoint")!));
        Assert.Contains(deployment.List("spec.template.spec.containers.0.ports"), port => port.Text("name") == Component("podmonitor.yaml")[0].Text("spec.podMetricsEndpoints.0.port"));
        Assert.Contains("digitfunctions-collector.digitfunctions.svc.cluster.local:4317", Repository.Read("deploy", "k8s", "components", "observability", "kustomization.yaml"), StringComparison.Ordinal);
    }

    private static IReadOnlyList<JsonObject> Component(string file) => Yaml.Parse(Repository.Read("deploy", "k8s", "components", "observability", file));

    private static IEnumerable<JsonObject> Rules() => Component("alerts.yaml").Single().List("spec.groups").SelectMany(group => group.List("rules"));

    private static string[] Expressions()
    {
        JsonObject dashboard = JsonNode.Parse(Repository.Read("deploy", "k8s", "components", "observability", "dashboard.json"))!.AsObject();
        string[] all = [.. Rules().Select(rule => rule.Text("expr")!), .. dashboard.List("panels").SelectMany(panel => panel.List("targets")).Select(target => target.Text("expr")!)];
        Assert.True(all.Length > 10);
        return all;
    }

    private static IEnumerable<string> FaultsOf(string expression, HashSet<string> metrics)
    {
        IEnumerable<string> outcomes = Outcomes().Matches(expression).SelectMany(match => match.Groups[1].Value.Split('|'));
        string bare = Labels().Replace(expression, "");
        return Names().Matches(bare).Select(match => match.Value).Where(name => !metrics.Contains(name)).Concat(outcomes.Except(Statuses)).Distinct();
    }

    /// <summary>The names that Prometheus has for all metrics that the functions have, own and .NET's.</summary>
    private static async Task<HashSet<string>> MetricsAsync()
    {
        HashSet<string> names = [];
        using MeterListener listener = new()
        {
            InstrumentPublished = (instrument, _) =>
            {
                lock (names)
                {
                    names.UnionWith(PrometheusNames(instrument));
                }
            },
        };
        listener.Start();
        await using TestStorage storage = await TestStorage.StartAsync(StorageKind.Local);
        IConfiguration configuration = new ConfigurationBuilder().Build();
        await using ServiceProvider services = CoreServices.Over(
            storage, services => services.AddKafkaConnection().AddKafkaWatch(configuration),
            ("KafkaBrokers", "127.0.0.1:1"), ("KafkaTopic", "mnist"), ("KafkaConsumerGroup", "digits"));
        foreach (IHostedService gauge in services.GetServices<IHostedService>())
        {
            await gauge.StartAsync(CancellationToken.None);
        }

        foreach (Type type in new[] { typeof(Telemetry), typeof(KafkaReading) })
        {
            RuntimeHelpers.RunClassConstructor(type.TypeHandle);
        }

        return names;
    }

    /// <summary>As the collector's exporter translates them: OpenTelemetry's "Prometheus and OpenMetrics Compatibility".</summary>
    private static IEnumerable<string> PrometheusNames(Instrument instrument)
    {
        string unit = instrument.Unit switch { "s" => "_seconds", "By" => "_bytes", _ => "" };
        string name = instrument.Name.Replace('.', '_') + unit;
        Type kind = instrument.GetType().GetGenericTypeDefinition();
        return kind == typeof(Counter<>) ? [$"{name}_total"]
            : kind == typeof(Histogram<>) ? [$"{name}_bucket", $"{name}_count", $"{name}_sum"]
            : [name];
    }

    [GeneratedRegex("outcome=~?\"([^\"]*)\"")]
    private static partial Regex Outcomes();

    [GeneratedRegex(@"\{[^}]*\}|by \([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex(@"\b[a-z]+_[a-z_]+\b(?!\()")]
    private static partial Regex Names();
}
