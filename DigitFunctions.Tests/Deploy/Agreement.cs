using System.Text.Json;
using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>Finds places where settings, host.json, KEDA and the servers of overlays/dependencies say different things.</summary>
internal static class Agreement
{
    private static readonly string[] NeededOperations = ["Describe", "Read"];

    private static readonly string[] ParameterLists = ["spec.secretTargetRef", "spec.configMapTargetRef"];

    public static JsonElement HostJson { get; } = JsonDocument.Parse(Repository.Read("host.json")).RootElement.GetProperty("extensions").GetProperty("kafka");

    public static IEnumerable<string> FaultsOf(Cluster cluster, Cluster dependencies) =>
        [.. FaultsOfScaling(cluster, dependencies), .. FaultsOfSplit(cluster), .. cluster.Functions.Values.SelectMany(deployment => FaultsOfSettings(cluster, dependencies, deployment))];

    private static IEnumerable<string> FaultsOfScaling(Cluster cluster, Cluster dependencies)
    {
        JsonObject topic = dependencies.Of("KafkaTopic").Single();
        foreach (JsonObject scaled in cluster.Of("ScaledObject"))
        {
            JsonNode kafka = scaled.At("spec.triggers.0.metadata")!;
            (string Left, string? LeftValue, string Right, string? RightValue)[] pairs =
            [
                ("lagThreshold", kafka.Text("lagThreshold"), "maxBatchSize of host.json", HostJson.GetProperty("maxBatchSize").ToString()),
                ("offsetResetPolicy", kafka.Text("offsetResetPolicy"), "autoOffsetReset of host.json", HostJson.GetProperty("autoOffsetReset").ToString()),
                ("maxReplicaCount", scaled.Text("spec.maxReplicaCount"), "the topic's partitions", topic.Text("spec.partitions")),
                ("bootstrapServersFromEnv", kafka.Text("bootstrapServersFromEnv"), "the trigger's brokers", AppSettings.OfTrigger[0]),
                ("topicFromEnv", kafka.Text("topicFromEnv"), "the trigger's topic", AppSettings.OfTrigger[1]),
                ("consumerGroupFromEnv", kafka.Text("consumerGroupFromEnv"), "the trigger's group", AppSettings.OfTrigger[2]),
            ];
            foreach ((string left, string? leftValue, string right, string? rightValue) in pairs.Where(pair => pair.LeftValue != pair.RightValue))
            {
                yield return $"{left} is {leftValue}, {right} is {rightValue}";
            }

            Dictionary<string, string> settings = cluster.Environment(cluster.Find("Deployment", scaled.Text("spec.scaleTargetRef.name"))!);
            string[] parameters = [.. ParameterLists
                .SelectMany(list => cluster.Find("TriggerAuthentication", scaled.Text("spec.triggers.0.authenticationRef.name")).List(list)).Select(one => one.Text("parameter")!)];
            foreach ((string parameter, string setting) in new[] { ("username", "KafkaUsername"), ("password", "KafkaPassword"), ("ca", "KafkaSslCaLocation") })
            {
                if (parameters.Contains(parameter) != settings.ContainsKey(setting))
                {
                    yield return $"KEDA's parameter {parameter} and the setting {setting} go together";
                }
            }

            foreach (string fault in FaultsOfWords(kafka, settings))
            {
                yield return fault;
            }
        }
    }

    /// <summary>KEDA says the same of TLS and SASL as the settings, in its own words.</summary>
    private static IEnumerable<string> FaultsOfWords(JsonNode kafka, Dictionary<string, string> settings)
    {
        string mode = settings.GetValueOrDefault("KafkaAuthenticationMode", "NotSet");
        string wanted = mode switch
        {
            "NotSet" => "none",
            "Plain" => "plaintext",
            "ScramSha256" => "scram_sha256",
            "ScramSha512" => "scram_sha512",
            _ => mode.ToLowerInvariant(),
        };
        if ((kafka.Text("sasl") ?? "none") != wanted)
        {
            yield return $"KafkaAuthenticationMode is {mode}, KEDA's sasl is {kafka.Text("sasl") ?? "none"}";
        }

        bool encrypted = settings.GetValueOrDefault("KafkaProtocol", "Plaintext") is "Ssl" or "SaslSsl";
        if ((kafka.Text("tls") ?? "disable") != (encrypted ? "enable" : "disable"))
        {
            yield return $"KafkaProtocol is {settings.GetValueOrDefault("KafkaProtocol", "Plaintext")}, KEDA's tls is {kafka.Text("tls") ?? "disable"}";
        }
    }

    /// <summary>Each function runs somewhere, the consumer and the HTTP functions apart, and each that asks for a key has one.</summary>
    private static IEnumerable<string> FaultsOfSplit(Cluster cluster)
    {
        Dictionary<string, string[]> run = cluster.Functions.ToDictionary(
            deployment => deployment.Key,
            deployment => cluster.Environment(deployment.Value).Where(variable => variable.Key.StartsWith("AzureFunctionsJobHost__functions__", StringComparison.Ordinal)).Select(variable => variable.Value).ToArray());
        foreach (string function in AppSettings.Functions.Keys.Where(function => function != nameof(ClassifyFromKafka) && !run["http"].Contains(function)))
        {
            yield return $"the HTTP pods do not run {function}";
        }

        if (run["http"].Contains(nameof(ClassifyFromKafka)))
        {
            yield return "the HTTP pods read Kafka";
        }

        if (run.TryGetValue("consumer", out string[]? consumer) && !consumer.Order(StringComparer.Ordinal).SequenceEqual(["ClassifyFromKafka", "Health"]))
        {
            yield return "the consumers run ClassifyFromKafka and Health";
        }

        IReadOnlyCollection<string> keys = cluster.KeysOf("Secret", "digitfunctions-keys") ?? [];
        string[] needed = ["host.master", "host.function.default", .. AppSettings.KeyedFunctions.Select(function => $"functions.{function.ToLowerInvariant()}.default")];
        foreach (string key in needed.Except(keys).Concat(keys.Except(needed)))
        {
            yield return $"digitfunctions-keys: {key} is not both needed and there";
        }
    }

    private static IEnumerable<string> FaultsOfSettings(Cluster cluster, Cluster dependencies, JsonObject deployment)
    {
        Dictionary<string, string> settings = cluster.Environment(deployment);
        string topic = dependencies.Of("KafkaTopic").Single().Text("metadata.name")!;
        if (settings["KafkaTopic"] != topic || dependencies.List("minio", "env").GetValueOrDefault("MINIO_NOTIFY_KAFKA_TOPIC_PRIMARY") != topic)
        {
            yield return $"KafkaTopic is {settings["KafkaTopic"]}, MinIO announces on {dependencies.List("minio", "env").GetValueOrDefault("MINIO_NOTIFY_KAFKA_TOPIC_PRIMARY")}, the topic is {topic}";
        }

        JsonObject kafka = dependencies.Of("Kafka").Single();
        string broker = $"{kafka.Text("metadata.name")}-kafka-bootstrap.{kafka.Text("metadata.namespace")}.svc.cluster.local";
        bool encrypted = settings.GetValueOrDefault("KafkaProtocol", "Plaintext").EndsWith("Ssl", StringComparison.Ordinal);
        if (!kafka.List("spec.kafka.listeners").Any(listener => settings["KafkaBrokers"] == $"{broker}:{listener.Text("port")}" && listener.Text("tls") == (encrypted ? "true" : "false")))
        {
            yield return $"KafkaBrokers is {settings["KafkaBrokers"]}, which is no {(encrypted ? "encrypted" : "plain")} listener of {broker}";
        }

        string user = settings.GetValueOrDefault("KafkaUsername") is null ? "ANONYMOUS" : "digitfunctions";
        foreach (string fault in FaultsOfRights(kafka, dependencies.Of("KafkaUser").SingleOrDefault(one => one.Text("metadata.name") == user), user, settings))
        {
            yield return fault;
        }

        JsonObject minio = dependencies.Of("Service").Single();
        if (settings["S3__ServiceUrl"] != $"http://{minio.Text("metadata.name")}.{minio.Text("metadata.namespace")}.svc.cluster.local:{minio.Text("spec.ports.0.port")}")
        {
            yield return $"S3__ServiceUrl is {settings["S3__ServiceUrl"]}, which is not the Service {minio.Text("metadata.name")}";
        }

        string[] buckets = [settings["Sorting__SourceBuckets__0"], settings["Sorting__TargetBucket"]];
        string job = dependencies.Of("Job").Single().Text("spec.template.spec.containers.0.args.0")!;
        foreach (string bucket in buckets.Where(bucket => !job.Contains($"stack/{bucket}", StringComparison.Ordinal)))
        {
            yield return $"the bucket {bucket} is not made";
        }

        if (settings.GetValueOrDefault("Prediction__Mode") != "Onnx"
            && !cluster.Of("InferenceService").Any(one => settings.GetValueOrDefault("Prediction__Url") == $"http://{one.Text("metadata.name")}-predictor.{one.Text("metadata.namespace")}.svc.cluster.local"
                && (one.Text("spec.predictor.model.protocolVersion") ?? "v1").Equals(settings.GetValueOrDefault("Prediction__Protocol"), StringComparison.OrdinalIgnoreCase)))
        {
            yield return $"Prediction__Url is {settings.GetValueOrDefault("Prediction__Url")} with {settings.GetValueOrDefault("Prediction__Protocol")}, which is no InferenceService here";
        }

        foreach (JsonObject predictor in cluster.Of("InferenceService").Where(one => one.Text("metadata.namespace") == deployment.Text("metadata.namespace")))
        {
            yield return $"InferenceService {predictor.Text("metadata.name")} stands in the functions' namespace, which is restricted";
        }

        foreach (int port in PortsOf(settings).Where(port => !cluster.Of("NetworkPolicy").SelectMany(policy => policy.List("spec.egress")).SelectMany(rule => rule.List("ports"))
            .Any(open => open.At("port")!.GetValue<long>() <= port && port <= (open.At("endPort") ?? open.At("port"))!.GetValue<long>())))
        {
            yield return $"no NetworkPolicy lets the pods out to the port {port}";
        }
    }

    /// <summary>
    /// Whoever reads needs Describe and Read of the topic and of the group, and so does KEDA, which asks for ends and offsets. A user with rules needs a broker with
    /// rules: strimzi 1.2.0, KafkaUserModel.java, "ACL rules are configured but not supported".
    /// </summary>
    private static IEnumerable<string> FaultsOfRights(JsonObject kafka, JsonObject? user, string name, Dictionary<string, string> settings)
    {
        bool simple = kafka.Text("spec.kafka.authorization.type") == "simple";
        if (user is not null && simple != (user.Text("spec.authorization.type") == "simple"))
        {
            yield return $"the brokers and the KafkaUser {name} must both have rules, or neither";
        }

        bool isSuperUser = kafka.At("spec.kafka.authorization.superUsers") is JsonArray super && super.Any(one => one!.ToString() == name);
        foreach ((string type, string resource) in simple && !isSuperUser ? [("topic", settings["KafkaTopic"]), ("group", settings["KafkaConsumerGroup"])] : Array.Empty<(string, string)>())
        {
            string[] allowed = [.. user.List("spec.authorization.acls").Where(rule => rule.Text("resource.type") == type && rule.Text("resource.name") == resource)
                .SelectMany(rule => rule["operations"]!.AsArray()).Select(operation => operation!.ToString())];
            foreach (string operation in NeededOperations.Except(allowed))
            {
                yield return $"{name} may not {operation} the {type} {resource}";
            }
        }
    }

    private static IEnumerable<int> PortsOf(Dictionary<string, string> settings) =>
        new[] { $"kafka://{settings["KafkaBrokers"]}", settings["S3__ServiceUrl"], settings.GetValueOrDefault("Prediction__Url") }.OfType<string>().Select(address => new Uri(address).Port);

    private static Dictionary<string, string> List(this Cluster cluster, string deployment, string part) => cluster.Find("Deployment", deployment)
        .List($"spec.template.spec.containers.0.{part}").ToDictionary(variable => variable.Text("name")!, variable => variable.Text("value") ?? "");
}
