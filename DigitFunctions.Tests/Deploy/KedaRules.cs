using System.Globalization;
using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>What KEDA refuses when it reads a ScaledObject, by version: from kedacore/keda v2.17.2, v2.18.0 and v2.20.2, pkg/scalers/kafka_scaler.go and cron_scaler.go.</summary>
internal static class KedaRules
{
    private static readonly Version NoneIsKnown = new(2, 18);

    private static readonly string[] Mechanisms = ["plaintext", "scram_sha256", "scram_sha512", "oauthbearer", "gssapi"];

    private static readonly string[] Words = ["sasl", "tls"];

    private static readonly string[] Credentials = ["username", "password"];

    private static readonly string[] ParameterLists = ["spec.secretTargetRef", "spec.configMapTargetRef"];

    private static readonly string[] CronNeeds = ["timezone", "start", "end", "desiredReplicas"];

    public static IEnumerable<string> FaultsOf(Cluster cluster, Version version) =>
        from scaled in cluster.Of("ScaledObject")
        from trigger in scaled.List("spec.triggers")
        from fault in trigger.Text("type") switch
        {
            "kafka" => FaultsOfKafka(cluster, trigger, version),
            "cron" => CronNeeds.Where(name => trigger.Text($"metadata.{name}") is null).Select(name => $"cron needs {name}"),
            string type => [$"the scaler {type} is not looked at here"],
            null => ["a trigger without a type"],
        }
        select fault;

    private static IEnumerable<string> FaultsOfKafka(Cluster cluster, JsonObject trigger, Version version)
    {
        JsonNode metadata = trigger.At("metadata")!;
        string[] parameters = [.. Parameters(cluster, trigger)];
        string? mechanism = metadata.Text("sasl");
        string? encryption = metadata.Text("tls");
        foreach (string name in Words.Where(name => metadata.Text(name) is not null && parameters.Contains(name)))
        {
            yield return $"{name} stands in the ScaledObject and in the TriggerAuthentication"; // v2.17.2: "unable to set `sasl` in both"
        }

        if (mechanism == "none" && version < NoneIsKnown)
        {
            yield return $"KEDA {version} refuses sasl none"; // v2.17.2: default of parseKafkaAuthParams, "err SASL mode none given"; since v2.18 skipped
        }
        else if (mechanism is not (null or "none") && !Mechanisms.Contains(mechanism))
        {
            yield return $"sasl {mechanism} is unknown";
        }

        if (encryption is not (null or "enable" or "disable"))
        {
            yield return $"tls {encryption} is unknown";
        }

        if (mechanism is "plaintext" or "scram_sha256" or "scram_sha512" or "oauthbearer")
        {
            foreach (string name in Credentials.Except(parameters))
            {
                yield return $"sasl {mechanism} needs the parameter {name}"; // "no username given"
            }
        }

        if (parameters.Contains("cert") != parameters.Contains("key"))
        {
            yield return "cert and key go together";
        }

        if (!long.TryParse(metadata.Text("lagThreshold"), CultureInfo.InvariantCulture, out long threshold) || threshold <= 0)
        {
            yield return "lagThreshold must be a positive number";
        }

        if (metadata.Text("offsetResetPolicy") is not ("earliest" or "latest"))
        {
            yield return "offsetResetPolicy is earliest or latest";
        }

        // The scaler's client speaks Kafka 1.0 unless told otherwise, which Kafka 4 has dropped.
        if (!Version.TryParse(metadata.Text("version"), out Version? protocol) || protocol < new Version(2, 1))
        {
            yield return "version must be 2.1 or later";
        }
    }

    private static IEnumerable<string> Parameters(Cluster cluster, JsonObject trigger) =>
        from list in ParameterLists
        from one in cluster.Find("TriggerAuthentication", trigger.Text("authenticationRef.name")).List(list)
        select one.Text("parameter");
}
