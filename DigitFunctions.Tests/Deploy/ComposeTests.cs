using System.Globalization;
using System.Text.Json.Nodes;
using DigitFunctions.Core.Retries;

namespace DigitFunctions.Tests.Deploy;

/// <summary>deploy/compose.yaml, as far as it can be checked without Docker.</summary>
public sealed class ComposeTests
{
    /// <summary>What is changed in the file and what must be said of that.</summary>
    public static TheoryData<string, string, string> Spoilt => new()
    {
        { "KafkaBrokers: kafka:9092", "KafkaBrokers: broker:9092", "KafkaBrokers is broker:9092, Kafka listens at kafka:9092" },
        { "KafkaTopic: mnist", "KafkaTopic: digits", "the topics differ: digits, mnist, mnist" },
        { "--topic, mnist,", "--topic, pictures,", "the topics differ: mnist, pictures, mnist" },
        { "S3__ServiceUrl: http://minio:9000", "S3__ServiceUrl: http://s3:9000", "S3__ServiceUrl names s3, which is no service" },
        { "Sorting__TargetBucket: digits", "Sorting__TargetBucket: numbers", "the bucket numbers is not made" },
        { "AWS_SECRET_ACCESS_KEY: minio123", "AWS_SECRET_ACCESS_KEY: minio124", "the functions' credentials are not MinIO's" },
        { "Sorting__SourceBuckets__0", "Sorting__Buckets__0", "Sorting__Buckets__0 is a setting that nobody reads" },
        { "stop_grace_period: 300s", "stop_grace_period: 10s", "stop_grace_period must be longer than Processing__RetryBudget" },
        { "read_only: true", "read_only: false", "the root file system must be read-only" },
        { "127.0.0.1:7071:8080", "127.0.0.1:7071:80", "the functions listen on 8080" },
        { "- 127.0.0.1:9000:9000", "- 9000:9000", "minio is open to the network" },
        { "kafka: { condition: service_healthy }", "broker: { condition: service_healthy }", "topic waits for broker, which is no service" },
        { "functions.classifyfromhttp.default", "functions.classify.default", "functions.classifyfromhttp.default is not mounted" },
        { "file: compose.key", "content: local-key", "functions is read-only, so its config host-key must be a file" },
        { "file: compose.key", "environment: HOST_KEY", "functions is read-only, so its config host-key must be a file" },
        { "file: compose.key", "file: host.key", "there is no file host.key for the config host-key" },
        { "buckets: { condition: service_completed_successfully }", "minio: { condition: service_healthy }", "buckets ends, and nobody waits for that: `up --wait` fails" },
        { "FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING: \"true\"", "FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING: \"false\"", "a stop must drain" },
        { "MINIO_API_SYNC_EVENTS: \"on\"", "MINIO_API_SYNC_EVENTS: \"off\"", "MinIO must announce before it answers" },
        { "MINIO_NOTIFY_KAFKA_VERSION_PRIMARY: \"2.8.0\"", "MINIO_NOTIFY_KAFKA_VERSION_PRIMARY: \"1.0.0\"", "Kafka 4 refuses MinIO's protocol" },
        { "MINIO_NOTIFY_KAFKA_QUEUE_DIR_PRIMARY: /data/.events", "MINIO_NOTIFY_KAFKA_COMMENT_PRIMARY: none", "MinIO must keep its events on disk" },
    };

    [Fact]
    public void The_parts_fit_together_and_fit_the_code() => Assert.Empty(FaultsOf(Repository.Read("deploy", "compose.yaml")));

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void What_does_not_fit_is_found(string right, string wrong, string fault)
    {
        string compose = Repository.Read("deploy", "compose.yaml");
        Assert.Contains(right, compose, StringComparison.Ordinal);

        Assert.Contains(FaultsOf(compose.Replace(right, wrong, StringComparison.Ordinal)), found => found.Contains(fault, StringComparison.Ordinal));
    }

    /// <summary>The host takes the file as it is (Azure/azure-functions-host v4.1036, SimpleKubernetesClient.cs, GetFromFiles): a line break would be part of the key.</summary>
    [Fact]
    public void The_key_that_the_page_names_is_the_whole_file() => Assert.Contains($"'x-functions-key: {Repository.Read("deploy", "compose.key")}'", Repository.Read("deploy", "README.md"), StringComparison.Ordinal);

    [Fact]
    public void The_predictor_speaks_what_the_functions_ask_for()
    {
        JsonObject predictor = Yaml.Parse(Repository.Read("deploy", "compose.predictor.yaml")).Single();
        Dictionary<string, string> settings = EnvironmentOf(Yaml.Parse(Repository.Read("deploy", "compose.yaml")).Single(), "functions");
        foreach ((string name, string value) in EnvironmentOf(predictor, "functions"))
        {
            settings[name] = value;
        }

        Assert.Empty(AppSettings.UnknownIn(settings).Concat(AppSettings.RefusedBy(settings)));
        Assert.NotNull(predictor.At($"services.{new Uri(settings["Prediction__Url"]).Host}"));
        Assert.Contains($"--model_name={settings["Prediction__ModelName"]}", predictor.At("services.predictor.command")!.ToJsonString(), StringComparison.Ordinal);
    }

    private static List<string> FaultsOf(string text)
    {
        JsonObject compose = Yaml.Parse(text).Single();
        JsonObject services = compose["services"]!.AsObject();
        JsonNode functions = services["functions"]!;
        Dictionary<string, string> settings = EnvironmentOf(compose, "functions");
        Dictionary<string, string> minio = EnvironmentOf(compose, "minio");
        List<string> faults = [.. AppSettings.UnknownIn(settings), .. AppSettings.RefusedBy(settings)];

        string listener = EnvironmentOf(compose, "kafka")["KAFKA_ADVERTISED_LISTENERS"].Split(',')[0].Split("://")[1];
        AddIf(settings.GetValueOrDefault("KafkaBrokers") != listener, $"KafkaBrokers is {settings.GetValueOrDefault("KafkaBrokers")}, Kafka listens at {listener}");
        AddIf(minio["MINIO_NOTIFY_KAFKA_BROKERS_PRIMARY"] != listener, "MinIO announces elsewhere");
        string?[] topics = [settings.GetValueOrDefault("KafkaTopic"), Argument(services["topic"], "--topic"), minio["MINIO_NOTIFY_KAFKA_TOPIC_PRIMARY"]];
        AddIf(topics.Distinct().Count() > 1, $"the topics differ: {string.Join(", ", topics)}");
        string storage = new Uri(settings["S3__ServiceUrl"]).Host;
        AddIf(services[storage] is null, $"S3__ServiceUrl names {storage}, which is no service");
        AddIf(settings["AWS_ACCESS_KEY_ID"] != minio["MINIO_ROOT_USER"] || settings["AWS_SECRET_ACCESS_KEY"] != minio["MINIO_ROOT_PASSWORD"], "the functions' credentials are not MinIO's");
        foreach (string bucket in settings.Where(one => one.Key.Contains("Bucket", StringComparison.Ordinal)).Select(one => one.Value))
        {
            AddIf(!services.Text("buckets.command.0")!.Contains($"stack/{bucket}", StringComparison.Ordinal), $"the bucket {bucket} is not made");
        }

        TimeSpan grace = TimeSpan.FromSeconds(double.Parse(functions.Text("stop_grace_period")!.TrimEnd('s'), CultureInfo.InvariantCulture));
        AddIf(grace <= new ProcessingOptions().RetryBudget, "stop_grace_period must be longer than Processing__RetryBudget");
        AddIf(functions.Text("read_only") != "true" || functions.Text("tmpfs.0") != "/tmp", "the root file system must be read-only, and /tmp a tmpfs");
        AddIf(functions.Text("ports.0")?.EndsWith(":8080", StringComparison.Ordinal) != true, "the functions listen on 8080");
        string[] mounted = [.. functions.List("configs").Select(config => Path.GetFileName(config.Text("target")!))];
        foreach (string key in AppSettings.KeyedFunctions.Select(function => $"functions.{function.ToLowerInvariant()}.default").Append("host.master").Except(mounted))
        {
            faults.Add($"{key} is not mounted");
        }

        AddIf(settings.GetValueOrDefault("FUNCTIONS_ENABLE_DRAIN_ON_APP_STOPPING") != "true", "a stop must drain"); // Azure/azure-functions-host v4.1036, EnvironmentExtensions.cs
        AddIf(minio.GetValueOrDefault("MINIO_API_SYNC_EVENTS") != "on", "MinIO must announce before it answers"); // minio RELEASE.2025-09-07, cmd/event-notification.go
        AddIf(!minio.ContainsKey("MINIO_NOTIFY_KAFKA_QUEUE_DIR_PRIMARY"), "MinIO must keep its events on disk");
        AddIf(Version.Parse(minio.GetValueOrDefault("MINIO_NOTIFY_KAFKA_VERSION_PRIMARY", "0.0")) < new Version(2, 1), "Kafka 4 refuses MinIO's protocol");
        foreach ((string name, JsonNode? service) in services)
        {
            faults.AddRange(FaultsOfMountedFiles(compose, name, service!));

            // docker/compose v2.23.1 to v5.5.0, pkg/compose/start.go, getDependencyCondition: only then does `up --wait` let a container end.
            AddIf(
                service!.Text("restart") == "on-failure" && !services.Any(other => other.Value.Text($"depends_on.{name}.condition") == "service_completed_successfully"),
                $"{name} ends, and nobody waits for that: `up --wait` fails");
            foreach ((string other, _) in service!["depends_on"] as JsonObject ?? [])
            {
                AddIf(services[other] is null, $"{name} waits for {other}, which is no service");
            }

            AddIf((service["ports"] as JsonArray ?? []).Any(port => !port!.ToString().StartsWith("127.0.0.1:", StringComparison.Ordinal)), $"{name} is open to the network");
        }

        return faults;

        void AddIf(bool wrong, string fault)
        {
            if (wrong)
            {
                faults.Add(fault);
            }
        }
    }

    /// <summary>
    /// Configs and secrets of a read-only service have to be files: docker/compose v2.34.0 to v5.5.0, pkg/compose/secrets.go, refuses all others,
    /// and the engine does for those before it ("container rootfs is marked read-only").
    /// </summary>
    private static IEnumerable<string> FaultsOfMountedFiles(JsonObject compose, string service, JsonNode definition)
    {
        foreach (string kind in new[] { "config", "secret" })
        {
            foreach (string? source in definition.List($"{kind}s").Select(one => one.Text("source")).Distinct())
            {
                string? file = compose.Text($"{kind}s.{source}.file");
                if (definition.Text("read_only") == "true" && file is null)
                {
                    yield return $"{service} is read-only, so its {kind} {source} must be a file";
                }
                else if (file is not null && !File.Exists(Repository.PathOf("deploy", file)))
                {
                    yield return $"there is no file {file} for the {kind} {source}";
                }
            }
        }
    }

    private static string? Argument(JsonNode? service, string option)
    {
        string[] command = [.. service!["command"]!.AsArray().Select(argument => argument!.ToString())];
        return command[Array.IndexOf(command, option) + 1];
    }

    private static Dictionary<string, string> EnvironmentOf(JsonObject compose, string service) =>
        compose.At($"services.{service}.environment")!.AsObject().ToDictionary(entry => entry.Key, entry => entry.Value?.ToString() ?? "");
}
