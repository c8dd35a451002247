namespace DigitFunctions.Tests.Deploy;

/// <summary>What the overlays put into a cluster fits together, and fits the code.</summary>
public sealed class ClusterTests
{
    public static TheoryData<string> Overlays => [.. Kustomize.Overlays];

    public static TheoryData<string> Applications => [.. Kustomize.Overlays.Where(overlay => overlay != "dependencies")];

    /// <summary>An overlay, what is changed in it, and what must be said of that.</summary>
    public static TheoryData<string, string, string, string> Spoilt => new()
    {
        // names
        { "onnx", "serviceAccountName: digitfunctions", "serviceAccountName: nobody", "there is no ServiceAccount nobody" },
        { "onnx", "secretName: digitfunctions-keys", "secretName: lost", "there is no Secret lost" },
        { "onnx", "- secretRef:\n            name: digitfunctions-s3", "- secretRef:\n            name: lost", "there is no Secret lost" },
        { "onnx", "- mountPath: /tmp\n          name: tmp", "- mountPath: /tmp\n          name: temp", "the volume temp is not both defined and mounted" },
        { "onnx", "path: /api/health\n            port: http", "path: /api/health\n            port: web", "readinessProbe goes to the port web" },
        { "onnx", "targetPort: http", "targetPort: web", "goes to the port web" },
        { "onnx", "  selector:\n    app.kubernetes.io/component: http", "  selector:\n    app.kubernetes.io/component: door", "selects no pods" },
        { "onnx", "envSourceContainerName: functions", "envSourceContainerName: app", "there is no container app" },
        { "onnx", "topicFromEnv: KafkaTopic", "topicFromEnv: Topic", "topicFromEnv names Topic" },
        { "onnx-sasl-ssl", "authenticationRef:\n      name: digitfunctions-kafka", "authenticationRef:\n      name: lost", "there is no TriggerAuthentication lost" },
        { "onnx-sasl-ssl", "key: password\n    name: digitfunctions-kafka-user", "key: word\n    name: digitfunctions-kafka-user", "has no key word" },
        { "onnx-sasl-ssl", "key: ca.crt", "key: ca.pem", "has no key ca.pem" },
        { "kserve", "serviceAccountName: digitfunctions-predictor", "serviceAccountName: default", "has no service account with a secret" },
        { "kserve-dropin", "      kind: Service\n      name: digitfunctions-http", "      kind: Service\n      name: lost", "there is no Service lost" },

        // pods
        { "onnx", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "readOnlyRootFilesystem must be true" },
        { "onnx", "runAsNonRoot: true", "runAsNonRoot: false", "runAsNonRoot must be true" },
        { "onnx", "type: RuntimeDefault", "type: Unconfined", "seccompProfile.type must be RuntimeDefault" },
        { "onnx", "memory: 2Gi", "cpu: 1", "a limit of memory are needed" },
        { "onnx", "example.com/digitfunctions:1.0.0", "example.com/digitfunctions:latest", "the image must have a version" },
        { "onnx", "terminationGracePeriodSeconds: 300", "terminationGracePeriodSeconds: 30", "must be longer than Processing__RetryBudget" },
        { "onnx", "path: /api/health", "path: /health", "ready is /api/health" },
        { "onnx", "topologyKey: kubernetes.io/hostname", "topologyKey: kubernetes.io/os", "must be spread over kubernetes.io/hostname" },
        { "onnx", "      - labelSelector:\n          matchLabels:\n            app.kubernetes.io/component: http", "      - labelSelector:\n          matchLabels:\n            app.kubernetes.io/component: doors", "must be spread over" },

        // settings
        { "onnx", "S3__Region:", "S3__Zone:", "S3__Zone is a setting that nobody reads" },
        { "onnx", "KafkaConsumerGroup: digitfunctions", "KafkaGroup: digitfunctions", "KafkaGroup is a setting that nobody reads" },
        { "onnx", "value: ModelReady", "value: Models", "names Models, which is no function of the app" },
        { "onnx", "Prediction__Mode: Onnx", "Prediction__Mode: Tensor", "Prediction__Mode must be one of" },
        { "onnx-sasl-ssl", "KafkaProtocol: SaslSsl", "KafkaProtocol: Ssl", "KafkaProtocol must be SaslPlaintext or SaslSsl" },

        // agreement
        { "onnx", "lagThreshold: \"512\"", "lagThreshold: \"10\"", "lagThreshold is 10, maxBatchSize of host.json is 512" },
        { "onnx", "offsetResetPolicy: earliest", "offsetResetPolicy: latest", "offsetResetPolicy is latest" },
        { "onnx", "maxReplicaCount: 4", "maxReplicaCount: 8", "maxReplicaCount is 8, the topic's partitions is 4" },
        { "onnx", "bootstrapServersFromEnv: KafkaBrokers", "bootstrapServersFromEnv: KafkaTopic", "bootstrapServersFromEnv is KafkaTopic" },
        { "onnx", "value: PredictFromEvent", "value: Health", "the HTTP pods do not run PredictFromEvent" },
        { "onnx", "value: WebhookHandshake", "value: ClassifyFromKafka", "the HTTP pods read Kafka" },
        { "onnx", "functions.classifyfromhttp.default", "function.ClassifyFromHttp.default", "functions.classifyfromhttp.default is not both needed and there" },
        { "onnx", "KafkaTopic: mnist", "KafkaTopic: digits", "KafkaTopic is digits" },
        { "onnx", "svc.cluster.local:9092", "svc.cluster.local:9093", "which is no plain listener" },
        { "onnx", "svc.cluster.local:9000", "svc.cluster.local:9999", "no NetworkPolicy lets the pods out to the port 9999" },
        { "onnx", "Sorting__TargetBucket: digits", "Sorting__TargetBucket: numbers", "the bucket numbers is not made" },
        { "onnx-sasl-ssl", "parameter: password", "parameter: secret", "KEDA's parameter password and the setting KafkaPassword go together" },
        { "onnx-sasl-ssl", "sasl: scram_sha512", "sasl: scram_sha256", "KafkaAuthenticationMode is ScramSha512, KEDA's sasl is scram_sha256" },
        { "onnx-sasl-ssl", "tls: enable", "tls: disable", "KafkaProtocol is SaslSsl, KEDA's tls is disable" },
        { "onnx-sasl-ssl", "KafkaConsumerGroup: digitfunctions", "KafkaConsumerGroup: digits", "digitfunctions may not Read the group digits" },
        { "kserve", "kind: InferenceService\nmetadata:\n  name: mnist\n  namespace: digitfunctions-predictor", "kind: InferenceService\nmetadata:\n  name: mnist\n  namespace: digitfunctions", "stands in the functions' namespace" },
        { "kserve-v2", "Prediction__Protocol: V2", "Prediction__Protocol: V1", "which is no InferenceService here" },
    };

    [KubectlTheory]
    [MemberData(nameof(Overlays))]
    public void Every_overlay_renders_to_objects_with_a_kind_and_a_name_of_their_own(string overlay)
    {
        string[] names = [.. Yaml.Parse(Kustomize.Overlay(overlay)).Select(one => $"{one.Text("apiVersion")} {one.Text("kind")} {one.Text("metadata.name")}")];

        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Equal(3, name.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length));
        Assert.Equal(names.Distinct(), names);
    }

    [KubectlTheory]
    [MemberData(nameof(Applications))]
    public void Every_overlay_fits_together_and_fits_the_code(string overlay) => Assert.Empty(FaultsOf(Kustomize.Overlay(overlay)));

    [KubectlTheory]
    [InlineData("onnx")]
    [InlineData("kserve")]
    [InlineData("kserve-v2")]
    public void Every_component_fits_every_overlay_that_reads_Kafka(string overlay) => Assert.Empty(FaultsOf(Kustomize.OverlayWith(overlay, Kustomize.Components)));

    [KubectlFact]
    public void The_dependencies_fit_together()
    {
        var dependencies = new Cluster(Yaml.Parse(Kustomize.Overlay("dependencies")));

        Assert.Empty(References.FaultsOf(dependencies).Concat(PodRules.FaultsOf(dependencies)));
    }

    /// <summary>Everything of ours is up to "restricted", whoever predicts.</summary>
    [KubectlTheory]
    [MemberData(nameof(Applications))]
    public void The_functions_namespace_is_restricted(string overlay) => Assert.Equal(
        "restricted", new Cluster(Yaml.Parse(Kustomize.Overlay(overlay))).Find("Namespace", "digitfunctions")!.At("metadata.labels")!["pod-security.kubernetes.io/enforce"]!.ToString());

    [KubectlFact]
    public void MinIO_announces_before_it_answers()
    {
        Dictionary<string, string> environment = new Cluster(Yaml.Parse(Kustomize.Overlay("dependencies"))).Find("Deployment", "minio")
            .List("spec.template.spec.containers.0.env").ToDictionary(variable => variable.Text("name")!, variable => variable.Text("value")!);

        Assert.Equal("on", environment["MINIO_API_SYNC_EVENTS"]); // minio RELEASE.2025-09-07, cmd/event-notification.go
        Assert.True(environment.ContainsKey("MINIO_NOTIFY_KAFKA_QUEUE_DIR_PRIMARY"));
    }

    [KubectlTheory]
    [MemberData(nameof(Spoilt))]
    public void What_does_not_fit_is_found(string overlay, string right, string wrong, string fault)
    {
        string text = Kustomize.Overlay(overlay) + "---\n" + Kustomize.Render("deploy/k8s/secrets");
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.Contains(FaultsOf(text.Replace(right, wrong, StringComparison.Ordinal), withSecrets: true), found => found.Contains(fault, StringComparison.Ordinal));
    }

    private static string[] FaultsOf(string rendered, bool withSecrets = false)
    {
        var cluster = new Cluster([.. Yaml.Parse(rendered), .. withSecrets ? [] : Yaml.Parse(Kustomize.Render("deploy/k8s/secrets"))]);
        var dependencies = new Cluster(Yaml.Parse(Kustomize.Overlay("dependencies")));
        return
        [
            .. References.FaultsOf(cluster),
            .. PodRules.FaultsOf(cluster),
            .. cluster.Functions.Values.Select(cluster.Environment).SelectMany(settings => AppSettings.UnknownIn(settings).Concat(AppSettings.RefusedBy(settings))),
            .. Agreement.FaultsOf(cluster, dependencies),
            .. KedaRules.FaultsOf(cluster, Releases.Keda),
        ];
    }
}
