using System.Globalization;
using System.Text.Json.Nodes;
using DigitFunctions.Core.Retries;

namespace DigitFunctions.Tests.Deploy;

/// <summary>Finds pods that are not locked up, not probed or not given time to end.</summary>
internal static class PodRules
{
    private static readonly string[] SpreadOver = ["kubernetes.io/hostname", "topology.kubernetes.io/zone"];

    public static IEnumerable<string> FaultsOf(Cluster cluster) =>
        [.. cluster.Pods.SelectMany(pods => FaultsOfSecurity(pods.Owner, pods.Template)), .. cluster.Functions.Values.SelectMany(deployment => FaultsOfFunctions(cluster, deployment))];

    /// <summary>The pod security standard "restricted", and limits.</summary>
    private static IEnumerable<string> FaultsOfSecurity(JsonObject owner, JsonObject template)
    {
        string name = $"{owner.Text("kind")} {owner.Text("metadata.name")}";
        (string Path, string Wanted)[] podRules =
        [
            ("spec.securityContext.runAsNonRoot", "true"),
            ("spec.securityContext.seccompProfile.type", "RuntimeDefault"),
            ("spec.automountServiceAccountToken", "false"),
        ];
        (string Path, string Wanted)[] containerRules =
        [
            ("securityContext.allowPrivilegeEscalation", "false"),
            ("securityContext.capabilities.drop.0", "ALL"),
        ];
        foreach ((string path, string wanted) in podRules.Where(rule => template.Text(rule.Path) != rule.Wanted))
        {
            yield return $"{name}: {path} must be {wanted}";
        }

        foreach (JsonObject container in template.List("spec.containers"))
        {
            foreach ((string path, string wanted) in containerRules.Where(rule => container.Text(rule.Path) != rule.Wanted))
            {
                yield return $"{name}: {path} must be {wanted}";
            }

            if (container.Text("resources.requests.cpu") is null || container.Text("resources.requests.memory") is null || container.Text("resources.limits.memory") is null)
            {
                yield return $"{name}: requests of CPU and memory and a limit of memory are needed";
            }

            if (container.Text("image") is not { } image || !image.Contains(':', StringComparison.Ordinal) || image.EndsWith(":latest", StringComparison.Ordinal))
            {
                yield return $"{name}: the image must have a version, it is {container.Text("image")}";
            }
        }
    }

    private static IEnumerable<string> FaultsOfFunctions(Cluster cluster, JsonObject deployment)
    {
        string name = $"Deployment {deployment.Text("metadata.name")}";
        JsonNode pod = deployment.At("spec.template.spec")!;
        JsonNode container = pod.At("containers.0")!;
        if (container.Text("securityContext.readOnlyRootFilesystem") != "true")
        {
            yield return $"{name}: securityContext.readOnlyRootFilesystem must be true";
        }

        if (!container.List("volumeMounts").Any(mount => mount.Text("mountPath") == "/tmp"))
        {
            yield return $"{name}: /tmp must be mounted, the host writes there";
        }

        if (container.Text("readinessProbe.httpGet.path") != "/api/health" || container.Text("livenessProbe.httpGet.path") != "/")
        {
            yield return $"{name}: ready is /api/health, alive is /";
        }

        // Where several pods answer, they are spread, by a selector that finds them.
        if (deployment.At("spec.replicas") is { } replicas && replicas.GetValue<long>() > 1)
        {
            JsonNode labels = deployment.At("spec.template.metadata")!["labels"]!;
            foreach (string key in SpreadOver.Where(key => !pod.List("topologySpreadConstraints").Any(one => one.Text("topologyKey") == key
                && one.At("labelSelector.matchLabels") is JsonObject selector && selector.All(label => labels[label.Key]?.ToString() == label.Value?.ToString()))))
            {
                yield return $"{name}: the pods must be spread over {key}";
            }
        }

        TimeSpan budget = cluster.Environment(deployment).TryGetValue("Processing__RetryBudget", out string? text)
            ? TimeSpan.Parse(text, CultureInfo.InvariantCulture)
            : new ProcessingOptions().RetryBudget;
        if (TimeSpan.FromSeconds(pod.At("terminationGracePeriodSeconds")!.GetValue<long>()) <= budget)
        {
            yield return $"{name}: terminationGracePeriodSeconds must be longer than Processing__RetryBudget";
        }
    }
}
