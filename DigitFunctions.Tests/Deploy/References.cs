using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>Finds names in a cluster's objects that name nothing.</summary>
internal static class References
{
    public static IEnumerable<string> FaultsOf(Cluster cluster) =>
        [.. cluster.Pods.SelectMany(pods => FaultsOfPods(cluster, pods.Owner, pods.Template)), .. FaultsOfSelectors(cluster), .. FaultsOfScaling(cluster), .. FaultsOfModels(cluster)];

    private static IEnumerable<string> FaultsOfPods(Cluster cluster, JsonObject owner, JsonObject template)
    {
        string pods = $"{owner.Text("kind")} {owner.Text("metadata.name")}";
        if (template.Text("spec.serviceAccountName") is { } account && cluster.Find("ServiceAccount", account) is null)
        {
            yield return $"{pods}: there is no ServiceAccount {account}";
        }

        string[] volumes = [.. template.List("spec.volumes").Select(volume => volume.Text("name")!)];
        string[] mounted = [.. template.List("spec.containers").SelectMany(container => container.List("volumeMounts")).Select(mount => mount.Text("name")!)];
        foreach (string name in volumes.Except(mounted).Concat(mounted.Except(volumes)))
        {
            yield return $"{pods}: the volume {name} is not both defined and mounted";
        }

        IEnumerable<(string Kind, string? Name, string? Key)> uses =
        [
            .. template.List("spec.volumes").Select(volume => ("Secret", volume.Text("secret.secretName"), (string?)null)),
            .. template.List("spec.volumes").Select(volume => ("ConfigMap", volume.Text("configMap.name"), (string?)null)),
            .. template.List("spec.containers").SelectMany(container => container.List("envFrom")).Select(from => ("Secret", from.Text("secretRef.name"), (string?)null)),
            .. template.List("spec.containers").SelectMany(container => container.List("envFrom")).Select(from => ("ConfigMap", from.Text("configMapRef.name"), (string?)null)),
            .. template.List("spec.containers").SelectMany(container => container.List("env"))
                .Select(variable => ("Secret", variable.Text("valueFrom.secretKeyRef.name"), variable.Text("valueFrom.secretKeyRef.key"))),
        ];
        foreach ((string kind, string? name, string? key) in uses.Where(use => use.Name is not null))
        {
            if (FaultOf(cluster, kind, name, key) is { } fault)
            {
                yield return $"{pods}: {fault}";
            }
        }

        foreach (JsonObject container in template.List("spec.containers"))
        {
            string[] ports = [.. container.List("ports").SelectMany(port => new[] { port.Text("name"), port.Text("containerPort") }).OfType<string>()];
            foreach (string probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
            {
                if (container.Text($"{probe}.httpGet.port") is { } port && !ports.Contains(port))
                {
                    yield return $"{pods}: {probe} goes to the port {port}, which the container does not have";
                }
            }
        }
    }

    private static string? FaultOf(Cluster cluster, string kind, string? name, string? key) => cluster.KeysOf(kind, name) switch
    {
        null => $"there is no {kind} {name}",
        { } keys when key is not null && !keys.Contains(key) => $"{kind} {name} has no key {key}",
        _ => null,
    };

    private static IEnumerable<string> FaultsOfSelectors(Cluster cluster)
    {
        (JsonObject Owner, string Path)[] selectors =
        [
            .. cluster.Of("Service").Select(one => (one, "spec.selector")),
            .. cluster.Of("PodDisruptionBudget").Select(one => (one, "spec.selector.matchLabels")),
            .. cluster.Of("NetworkPolicy").Select(one => (one, "spec.podSelector.matchLabels")),
            .. cluster.Of("Deployment").Select(one => (one, "spec.selector.matchLabels")),
        ];
        foreach ((JsonObject owner, string path) in selectors)
        {
            JsonObject wanted = owner.At(path)!.AsObject();
            JsonObject[] found = [.. cluster.Pods.Select(pods => pods.Template).Where(template =>
                wanted.All(label => template.At("metadata.labels")?[label.Key]?.ToString() == label.Value?.ToString()))];
            if (found.Length == 0)
            {
                yield return $"{owner.Text("kind")} {owner.Text("metadata.name")} selects no pods";
            }

            foreach (JsonObject port in owner.Text("kind") == "Service" ? owner.List("spec.ports") : [])
            {
                string target = port.Text("targetPort") ?? port.Text("port")!;
                if (!found.All(template => template.List("spec.containers").SelectMany(container => container.List("ports"))
                    .Any(one => one.Text("name") == target || one.Text("containerPort") == target)))
                {
                    yield return $"Service {owner.Text("metadata.name")} goes to the port {target}, which its pods do not have";
                }
            }
        }
    }

    private static IEnumerable<string> FaultsOfScaling(Cluster cluster)
    {
        foreach (JsonObject scaled in cluster.Of("ScaledObject"))
        {
            string name = $"ScaledObject {scaled.Text("metadata.name")}";
            if (cluster.Find("Deployment", scaled.Text("spec.scaleTargetRef.name")) is not { } target)
            {
                yield return $"{name}: there is no Deployment {scaled.Text("spec.scaleTargetRef.name")}";
                continue;
            }

            if (target["spec"]!["replicas"] is not null)
            {
                yield return $"{name}: the Deployment sets replicas too, which an apply would put back";
            }

            if (target.List("spec.template.spec.containers").All(container => container.Text("name") != scaled.Text("spec.scaleTargetRef.envSourceContainerName")))
            {
                yield return $"{name}: there is no container {scaled.Text("spec.scaleTargetRef.envSourceContainerName")}";
            }

            foreach (JsonObject trigger in scaled.List("spec.triggers"))
            {
                foreach ((string key, JsonNode? variable) in trigger["metadata"]!.AsObject().Where(entry => entry.Key.EndsWith("FromEnv", StringComparison.Ordinal)))
                {
                    if (!cluster.Environment(target).ContainsKey(variable!.ToString()))
                    {
                        yield return $"{name}: {key} names {variable}, which the container does not have";
                    }
                }

                // KEDA logs a name that it does not find and goes on without: kedacore/keda v2.20.2, pkg/scaling/resolver/scale_resolvers.go.
                if (trigger.Text("authenticationRef.name") is { } authentication && cluster.Find("TriggerAuthentication", authentication) is null)
                {
                    yield return $"{name}: there is no TriggerAuthentication {authentication}";
                }
            }
        }

        foreach ((string kind, string list) in new[] { ("Secret", "spec.secretTargetRef"), ("ConfigMap", "spec.configMapTargetRef") })
        {
            foreach (JsonObject reference in cluster.Of("TriggerAuthentication").SelectMany(one => one.List(list)))
            {
                if (FaultOf(cluster, kind, reference.Text("name"), reference.Text("key")) is { } fault)
                {
                    yield return $"TriggerAuthentication, {reference.Text("parameter")}: {fault}";
                }
            }
        }
    }

    private static IEnumerable<string> FaultsOfModels(Cluster cluster)
    {
        foreach (JsonObject service in cluster.Of("InferenceService"))
        {
            JsonObject? account = cluster.Find("ServiceAccount", service.Text("spec.predictor.serviceAccountName"));
            if (account is null || !account.List("secrets").Any(secret => cluster.Find("Secret", secret.Text("name"))?.At("metadata.annotations")?["serving.kserve.io/s3-endpoint"] is not null))
            {
                yield return $"InferenceService {service.Text("metadata.name")} has no service account with a secret that says where S3 is";
            }
        }

        foreach (JsonObject source in cluster.Of("KafkaSource").Where(one => cluster.Find(one.Text("spec.sink.ref.kind")!, one.Text("spec.sink.ref.name")) is null))
        {
            yield return $"KafkaSource {source.Text("metadata.name")}: there is no {source.Text("spec.sink.ref.kind")} {source.Text("spec.sink.ref.name")}";
        }
    }
}
