using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>Where the pods may go. A policy sees the pods' ports: after the port of a Service has been replaced.</summary>
public sealed class NetworkPolicyTests
{
    /// <summary>A port, and who listens there.</summary>
    public static TheoryData<int, string> Open => new()
    {
        { 53, "names" },
        { 9092, "Kafka, plain" },
        { 9093, "Kafka by TLS; Event Hubs" },
        { 9094, "MSK by TLS: docs.aws.amazon.com/msk, Port information" },
        { 9096, "MSK by SCRAM" },
        { 9098, "MSK by IAM" },
        { 9000, "MinIO" },
        { 7480, "Ceph's gateway, by its default rgw_frontends = beast port=7480" },
        { 80, "an S3 server or predictor by its Service" },
        { 443, "AWS, Azure, an OAuth token endpoint" },
        { 8080, "a predictor's own container: kserve v0.20, pkg/constants, InferenceServiceDefaultHttpPort" },
        { 8081, "Knative's local gateway: net-istio v0.49, config/203-local-gateway.yaml, targetPort; kourier the same" },
        { 4317, "OTLP by gRPC" },
        { 4318, "OTLP by HTTP" },
    };

    [KubectlTheory]
    [MemberData(nameof(Open))]
    public void The_pods_reach(int port, string who) => Assert.True(IsOpen(port), who);

    [KubectlTheory]
    [InlineData(22)]
    [InlineData(6443)]
    [InlineData(9095)]
    public void All_else_is_closed(int port) => Assert.False(IsOpen(port));

    [KubectlFact]
    public void Nobody_comes_in_but_callers_of_the_doors() => Assert.Equal(["http 8080 from anywhere"], PortsOf(Kustomize.Overlay("onnx")));

    /// <summary>Metrics are pushed to the collector, and scraped there.</summary>
    [KubectlFact]
    public void A_collector_takes_what_the_functions_send_and_is_scraped() => Assert.Equal(
        ["collector 4317 from digitfunctions", "collector 4318 from digitfunctions", "collector 9464 from monitoring", "http 8080 from anywhere"],
        PortsOf(Kustomize.OverlayWith("onnx", "observability")));

    private static string[] PortsOf(string rendered) =>
    [
        .. new Cluster(Yaml.Parse(rendered)).Of("NetworkPolicy").SelectMany(policy => policy.List("spec.ingress").SelectMany(rule => rule.List("ports").Select(port =>
            $"{Part(policy)} {port.Text("port")} from {Sender(rule)}"))),
    ];

    private static string Part(JsonObject policy)
    {
        JsonNode labels = policy.At("spec.podSelector.matchLabels")!;
        return (labels["app.kubernetes.io/component"] ?? labels["app.kubernetes.io/name"])!.ToString().Replace("digitfunctions-", "", StringComparison.Ordinal);
    }

    private static string Sender(JsonObject rule) =>
        (rule.At("from.0.podSelector.matchLabels")?["app.kubernetes.io/name"] ?? rule.At("from.0.namespaceSelector.matchLabels")?["kubernetes.io/metadata.name"])?.ToString() ?? "anywhere";

    private static bool IsOpen(int port) => Policies().SelectMany(policy => policy.List("spec.egress")).SelectMany(rule => rule.List("ports"))
        .Any(open => open.At("port")!.GetValue<long>() <= port && port <= (open.At("endPort") ?? open.At("port"))!.GetValue<long>());

    private static IEnumerable<JsonObject> Policies() => new Cluster(Yaml.Parse(Kustomize.Overlay("onnx"))).Of("NetworkPolicy");
}
