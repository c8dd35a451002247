namespace DigitFunctions.Tests.Deploy;

/// <summary>What KEDA makes of the ScaledObject, and the releases that the page installs.</summary>
public sealed class KedaTests
{
    /// <summary>A version of KEDA, what is changed in the rendered overlay onnx-sasl-ssl, and what must be said of that.</summary>
    public static TheoryData<string, string, string, string> Refused => new()
    {
        { "2.17.2", "sasl: scram_sha512", "sasl: none", "KEDA 2.17.2 refuses sasl none" },
        { "2.20.2", "sasl: scram_sha512", "sasl: scram-sha-512", "sasl scram-sha-512 is unknown" },
        { "2.20.2", "tls: enable", "tls: true", "tls true is unknown" },
        { "2.20.2", "parameter: password", "parameter: word", "sasl scram_sha512 needs the parameter password" },
        { "2.20.2", "authenticationRef:", "authentication:", "sasl scram_sha512 needs the parameter username" },
        { "2.17.2", "parameter: ca", "parameter: tls", "tls stands in the ScaledObject and in the TriggerAuthentication" },
        { "2.20.2", "parameter: ca", "parameter: cert", "cert and key go together" },
        { "2.20.2", "lagThreshold: \"512\"", "lagThreshold: \"0\"", "lagThreshold must be a positive number" },
        { "2.20.2", "offsetResetPolicy: earliest", "offsetResetPolicy: first", "offsetResetPolicy is earliest or latest" },
        { "2.20.2", "version: 2.8.0", "version: 1.0.0", "version must be 2.1 or later" },
        { "2.20.2", "type: kafka", "type: apache-kafka", "the scaler apache-kafka is not looked at here" },
    };

    [KubectlTheory]
    [InlineData("onnx")]
    [InlineData("onnx-sasl-ssl")]
    public void The_floor_and_the_release_that_is_installed_take_the_ScaledObject(string overlay)
    {
        var cluster = new Cluster(Yaml.Parse(Kustomize.Overlay(overlay)));

        Assert.Empty(KedaRules.FaultsOf(cluster, new Version(2, 17, 2)).Concat(KedaRules.FaultsOf(cluster, Releases.Keda)));
    }

    [KubectlTheory]
    [MemberData(nameof(Refused))]
    public void What_KEDA_refuses_is_found(string version, string right, string wrong, string fault)
    {
        string text = Kustomize.Overlay("onnx-sasl-ssl");
        Assert.Contains(right, text, StringComparison.Ordinal);

        Assert.Contains(fault, KedaRules.FaultsOf(new Cluster(Yaml.Parse(text.Replace(right, wrong, StringComparison.Ordinal))), Version.Parse(version)));
    }

    [KubectlFact]
    public void The_word_none_passes_from_2_18_on()
    {
        string text = Kustomize.Overlay("onnx").Replace("offsetResetPolicy", "sasl: none\n      offsetResetPolicy", StringComparison.Ordinal);

        Assert.Empty(KedaRules.FaultsOf(new Cluster(Yaml.Parse(text)), new Version(2, 18)));
    }

    [KubectlFact]
    public void A_plain_Kafka_asks_for_no_authentication()
    {
        var cluster = new Cluster(Yaml.Parse(Kustomize.Overlay("onnx")));

        Assert.Empty(cluster.Of("TriggerAuthentication"));
        Assert.All(cluster.Of("ScaledObject").SelectMany(scaled => scaled.List("spec.triggers")), trigger => Assert.Null(trigger["authenticationRef"]));
    }

    /// <summary>
    /// Lost offsets count as lag up to the end of the log (kedacore/keda v2.20.2, kafka_scaler.go, getLagForPartition, earliest), and are lost offsets.retention.minutes
    /// after the last consumer left (apache/kafka, ClassicGroup.offsetExpirationCondition). A consumer now and then begins that time anew.
    /// </summary>
    [KubectlFact]
    public void Offsets_outlive_a_long_rest()
    {
        var dependencies = new Cluster(Yaml.Parse(Kustomize.Overlay("dependencies")));
        TimeSpan kept = TimeSpan.FromMinutes(dependencies.Of("Kafka").Single().At("spec.kafka.config")!["offsets.retention.minutes"]!.GetValue<long>());
        string[] cron = [.. new Cluster(Yaml.Parse(Kustomize.OverlayWith("onnx", "keep-offsets"))).Of("ScaledObject").Single()
            .List("spec.triggers").Where(trigger => trigger.Text("type") == "cron").Select(trigger => trigger.Text("metadata.start")!.Split(' ')[^1])];

        Assert.True(kept >= TimeSpan.FromDays(365));
        Assert.Equal(["1,4"], cron); // Mondays and Thursdays: four days at most, of Kafka's seven
    }

    /// <summary>KEDA tells at start where it is not meant to run: kedacore/keda, pkg/util/welcome.go. Strimzi: CHANGELOG.md of 1.2.0.</summary>
    [Fact]
    public void The_page_names_the_Kubernetes_that_its_releases_are_made_for()
    {
        var kubernetes = new Dictionary<Version, (Version First, Version Last)>
        {
            [new(2, 18)] = (new(1, 31), new(1, 33)),
            [new(2, 19)] = (new(1, 32), new(1, 34)),
            [new(2, 20)] = (new(1, 33), new(1, 35)),
        };
        Version strimziNeeds = Releases.Strimzi >= new Version(0, 51) ? new Version(1, 30) : new Version(1, 27);

        Assert.Equal(kubernetes[new Version(Releases.Keda.Major, Releases.Keda.Minor)], Releases.Kubernetes);
        Assert.True(Releases.Strimzi >= new Version(0, 50, 1) && strimziNeeds <= Releases.Kubernetes.First);
    }
}
