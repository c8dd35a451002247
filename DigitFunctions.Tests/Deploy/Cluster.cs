using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>The objects that an overlay puts into a cluster, with the secrets that are applied apart.</summary>
internal sealed class Cluster(IReadOnlyList<JsonObject> objects)
{
    private static readonly string[] Parts = ["data", "stringData"];

    /// <summary>Secrets and ConfigMaps that deploy/README.md has made by a command, with their keys.</summary>
    public static IReadOnlyDictionary<string, string[]> MadeByCommand { get; } = new Dictionary<string, string[]>
    {
        ["digitfunctions-kafka-user"] = ["username", "password"],
        ["digitfunctions-kafka-ca"] = ["ca.crt"],
        ["digitfunctions-ca"] = ["ca.crt"],
    };

    public IEnumerable<JsonObject> All => objects;

    public IEnumerable<JsonObject> Of(string kind) => objects.Where(one => one.Text("kind") == kind);

    public JsonObject? Find(string kind, string? name) => Of(kind).FirstOrDefault(one => one.Text("metadata.name") == name);

    /// <summary>Everything that runs pods, with the pods' template.</summary>
    public IEnumerable<(JsonObject Owner, JsonObject Template)> Pods =>
        from one in objects
        let template = one.Text("kind") switch { "Deployment" or "Job" => one.At("spec.template"), "CronJob" => one.At("spec.jobTemplate.spec.template"), _ => null }
        where template is not null
        select (one, template.AsObject());

    /// <summary>Those of them that run the functions, by their component: <c>consumer</c>, <c>http</c>.</summary>
    public IReadOnlyDictionary<string, JsonObject> Functions => Of("Deployment")
        .Where(one => one.Text("spec.template.metadata.labels") is not null && one.At("spec.template.metadata.labels")?["app.kubernetes.io/name"]?.ToString() == "digitfunctions")
        .ToDictionary(one => one.At("spec.template.metadata.labels")!["app.kubernetes.io/component"]!.ToString());

    /// <summary>The keys of a Secret or ConfigMap; null where there is none of that name.</summary>
    public IReadOnlyCollection<string>? KeysOf(string kind, string? name) =>
        Find(kind, name) is { } holder
            ? [.. Parts.Select(part => holder[part]).OfType<JsonObject>().SelectMany(part => part).Select(entry => entry.Key)]
            : name is not null && MadeByCommand.TryGetValue(name, out string[]? keys) ? keys : null;

    /// <summary>The environment of a deployment's only container, later entries winning. What a secret holds is not looked at.</summary>
    public Dictionary<string, string> Environment(JsonObject deployment)
    {
        Dictionary<string, string> environment = [];
        JsonNode container = deployment.At("spec.template.spec.containers.0")!;
        foreach (JsonObject from in container.List("envFrom"))
        {
            foreach ((string name, JsonNode? value) in (Find("ConfigMap", from.Text("configMapRef.name"))?["data"] as JsonObject) ?? [])
            {
                environment[name] = value?.ToString() ?? "";
            }

            foreach (string name in KeysOf("Secret", from.Text("secretRef.name")) ?? [])
            {
                environment[name] = "secret";
            }
        }

        foreach (JsonObject variable in container.List("env"))
        {
            environment[variable.Text("name")!] = variable["valueFrom"] is null ? variable.Text("value") ?? "" : "secret";
        }

        return environment;
    }
}
