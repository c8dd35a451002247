using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>Custom resources are what their published schemas say. Skipped where the schemas are not beside the checkout.</summary>
public sealed class CustomResourceTests
{
    private static readonly Lazy<IReadOnlyList<CustomResourceSchema>> Schemas = new(() =>
        [.. Directory.GetFiles(Repository.Schemas!, "*.yaml").Select(file => new CustomResourceSchema(File.ReadAllText(file)))]);

    public static TheoryData<string, string, string> Spoilt => new()
    {
        { "base/scaledobject.yaml", "maxReplicaCount: 4", "maxReplicaCount: four" },
        { "base/scaledobject.yaml", "minReplicaCount: 0", "minReplicas: 0" },
        { "base/scaledobject.yaml", "lagThreshold: \"512\"", "lagThreshold: 512" },
        { "components/kafka-sasl-ssl/triggerauthentication.yaml", "parameter: ca", "param: ca" },
        { "overlays/kserve/inferenceservice.yaml", "storageUri:", "storageURI:" },
        { "overlays/kserve/inferenceservice.yaml", "minReplicas: 1", "minReplicas: one" },
        { "overlays/kserve-dropin/kafkasource.yaml", "sources.knative.dev/v1", "sources.knative.dev/v2" },
        { "overlays/kserve-dropin/kafkasource.yaml", "  topics:\n    - mnist", "  topics: mnist" },
    };

    [SchemasFact]
    public void Every_custom_resource_of_a_known_kind_fits_its_schema()
    {
        (string File, JsonObject Resource, CustomResourceSchema Schema)[] known =
        [
            .. from file in Directory.GetFiles(Repository.PathOf("deploy", "k8s"), "*.yaml", SearchOption.AllDirectories)
               from resource in Yaml.Parse(File.ReadAllText(file))
               from schema in Schemas.Value
               where resource["apiVersion"] is not null && schema.Describes(resource)
               select (Path.GetRelativePath(Repository.Folder, file), resource, schema),
        ];

        Assert.Equal(
            ["InferenceService", "KafkaSource", "ScaledObject", "TriggerAuthentication"],
            known.Select(one => one.Resource.Text("kind")).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(known.SelectMany(one => one.Schema.FaultsOf(one.Resource).Select(fault => $"{one.File}: {fault}")));
    }

    [SchemasTheory]
    [MemberData(nameof(Spoilt))]
    public void A_resource_that_does_not_fit_is_found(string file, string right, string wrong)
    {
        string text = Repository.Read("deploy", "k8s", file);
        Assert.Contains(right, text, StringComparison.Ordinal);
        JsonObject resource = Yaml.Parse(text.Replace(right, wrong, StringComparison.Ordinal))[0];

        Assert.NotEmpty(Schemas.Value.Single(schema => schema.Describes(resource)).FaultsOf(resource));
    }

    private sealed class SchemasFactAttribute : FactAttribute
    {
        public SchemasFactAttribute() => Skip = WhyNot;
    }

    private sealed class SchemasTheoryAttribute : TheoryAttribute
    {
        public SchemasTheoryAttribute() => Skip = WhyNot;
    }

    private static string? WhyNot => Repository.Schemas is null ? "There is no shared/schemas beside the checkout." : null;
}
