using System.Reflection;
using System.Text.Json;
using DigitFunctions.Core;
using DigitFunctions.Core.Images;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Retries;
using DigitFunctions.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Tests.Settings;

/// <summary>Settings are checked at start, all in one message, and the sample file lists every one of them.</summary>
public sealed class SettingsTests
{
    private static readonly Dictionary<string, Type> Sections = new()
    {
        [S3Options.SectionName] = typeof(S3Options),
        [SortingOptions.SectionName] = typeof(SortingOptions),
        [ImagingOptions.SectionName] = typeof(ImagingOptions),
        [PredictionOptions.SectionName] = typeof(PredictionOptions),
        [ProcessingOptions.SectionName] = typeof(ProcessingOptions),
        [PageOptions.SectionName] = typeof(PageOptions),
    };

    [Fact]
    public void The_sample_lists_every_setting_and_no_other()
    {
        string[] known = [.. Sections.SelectMany(section => section.Value
            .GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Select(property => $"{section.Key}__{property.Name}" + (property.PropertyType == typeof(IList<string>) ? "__0" : "")))];
        string[] connection = [.. typeof(KafkaOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];
        string[] listed = [.. Sample().Keys.Where(key => key.Contains("__", StringComparison.Ordinal) || key.StartsWith("Kafka", StringComparison.Ordinal))];

        Assert.Equal(known.Concat(connection).Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_sample_holds_the_defaults_and_is_valid()
    {
        using ServiceProvider services = Services(Sample().Select(setting => (setting.Key, setting.Value)));

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equivalent(new ImagingOptions(), services.GetRequiredService<IOptions<ImagingOptions>>().Value);
        Assert.Equivalent(new ProcessingOptions(), services.GetRequiredService<IOptions<ProcessingOptions>>().Value);
        Assert.Equal(["mnist"], services.GetRequiredService<IOptions<SortingOptions>>().Value.SourceBuckets);
    }

    [Fact]
    public void All_faults_are_told_at_once_each_with_what_it_may_be()
    {
        using ServiceProvider services = Services([
            ("Sorting__SourceBuckets__0", "digits"),
            ("Imaging__Profile", "Sharp"),
            ("Imaging__MaxBytes", "many"),
            ("Processing__MaxConcurrency", "0"),
            ("Processing__RetryBudget", "120"),
            ("Prediction__Mode", "KServe"),
        ]);

        OptionsValidationException thrown =
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            [
                "Sorting__TargetBucket is 'digits', which is also among Sorting__SourceBuckets; it must be another bucket.",
                "Imaging__Profile must be one of Robust, KServeSample; it is 'Sharp'.",
                "Imaging__MaxBytes must be a number; it is 'many'.",
                "Processing__MaxConcurrency must be a number from 1 to 256; it is '0'.",
                "Processing__RetryBudget must be a time from 00:00:00 to 01:00:00; it is '120.00:00:00'.",
                "Prediction__Url must be the http or https address of a KServe predictor, such as http://mnist-predictor.default.svc.cluster.local, when Prediction__Mode is KServe; it is not set.",
            ],
            thrown.Failures);
    }

    [Fact]
    public void Settings_that_contradict_each_other_are_told_in_one_message()
    {
        using ServiceProvider services = Services([
            ("Sorting__SourceBuckets__0", "mnist"),
            ("Sorting__SourceBuckets__1", "digits"),
            ("Prediction__Mode", "KServeWithOnnxFallback"),
            ("Prediction__ModelPath", "/no/such/model.onnx"),
        ]);

        OptionsValidationException thrown =
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            "Sorting__TargetBucket is 'digits', which is also among Sorting__SourceBuckets; it must be another bucket.; "
            + "Prediction__Url must be the http or https address of a KServe predictor, such as http://mnist-predictor.default.svc.cluster.local, "
            + "when Prediction__Mode is KServeWithOnnxFallback; it is not set.; "
            + "Prediction__ModelPath must name the ONNX model's file when Prediction__Mode is KServeWithOnnxFallback; there is no file /no/such/model.onnx.",
            thrown.Message);
    }

    [Theory]
    [InlineData("extensions__kafka__maxPollIntervalMs", "270001", null)]
    [InlineData("extensions__kafka__maxPollIntervalMs", "270000", "Processing__Deadline and the longest step (00:00:30, by S3__Timeout and Prediction__Timeout) must together be less than 00:04:30, "
        + "which is maxPollIntervalMs in the setting AzureFunctionsJobHost__extensions__kafka__maxPollIntervalMs, "
        + "or the broker gives the partitions to another consumer while a batch is still handled; it is '00:04:00'.")]
    [InlineData("extensions__kafka__maxPollIntervalMs", "soon", "maxPollIntervalMs in the setting AzureFunctionsJobHost__extensions__kafka__maxPollIntervalMs must be a number of milliseconds; it is 'soon'.")]
    [InlineData("functionTimeout", "00:04:31", null)]
    [InlineData("functionTimeout", "-1", null)]
    [InlineData("functionTimeout", "00:04:30", "Processing__Deadline and the longest step (00:00:30, by S3__Timeout and Prediction__Timeout) must together be less than 00:04:30, "
        + "which is functionTimeout in the setting AzureFunctionsJobHost__functionTimeout, or the host ends the process while a batch is still handled; it is '00:04:00'.")]
    public void The_deadline_is_compared_with_the_limits_that_count(string limit, string value, string? fault)
    {
        using ServiceProvider services = Services([("Sorting__SourceBuckets__0", "mnist"), ($"AzureFunctionsJobHost__{limit}", value)]);

        OptionsValidationException? thrown = Record.Exception(services.GetRequiredService<IStartupValidator>().Validate) as OptionsValidationException;

        Assert.Equal(fault, thrown?.Message);
    }

    [Theory]
    [InlineData("S3__Timeout", "00:01:00")]
    [InlineData("Processing__Deadline", "00:04:40")]
    [InlineData("Processing__RetryBudget", "00:04:01")]
    public void A_deadline_that_cannot_be_kept_is_told_at_start(string setting, string value)
    {
        using ServiceProvider services = Services([("Sorting__SourceBuckets__0", "mnist"), (setting, value)]);

        OptionsValidationException thrown =
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains("Processing__Deadline", Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void One_place_for_the_pictures_of_two_buckets_is_refused_at_start()
    {
        using ServiceProvider services = Services(
            [("Sorting__SourceBuckets__0", "mnist"), ("Sorting__SourceBuckets__1", "letters"), ("Sorting__Layout", "Key")]);

        OptionsValidationException thrown =
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.StartsWith("Sorting__Layout must be BucketAndKey, or Auto", Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_setting_everything_that_is_needed_is_named_at_once()
    {
        using ServiceProvider services = Services([], withKafka: false);

        OptionsValidationException thrown =
            Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<IStartupValidator>().Validate());

        Assert.Equal(
            [
                "Sorting__SourceBuckets__0 must name a bucket; it is not set.",
                "KafkaBrokers must be the Kafka brokers, as host:port[,host:port]; it is not set.",
                "KafkaTopic must be the topic of the events, such as mnist; it is not set.",
                "KafkaConsumerGroup must be a consumer group, such as digitfunctions; it is not set.",
            ],
            thrown.Failures);
    }

    [Fact]
    public void Where_the_Kafka_function_is_switched_off_its_connection_is_not_needed()
    {
        using ServiceProvider services = Services(
            [("Sorting__SourceBuckets__0", "mnist"), ("AzureWebJobs__ClassifyFromKafka__Disabled", "true")], withKafka: false);

        services.GetRequiredService<IStartupValidator>().Validate();
    }

    private static Dictionary<string, string> Sample()
    {
        using JsonDocument sample = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "local.settings.sample.json")));
        return sample.RootElement.GetProperty("Values").Deserialize<Dictionary<string, string>>()!;
    }

    /// <summary>The app's services, with a Kafka connection unless the test is about that.</summary>
    private static ServiceProvider Services(IEnumerable<(string Key, string Value)> settings, bool withKafka = true)
    {
        var services = new ServiceCollection();
        (string, string)[] kafka = withKafka ? [("KafkaBrokers", "kafka:9092"), ("KafkaTopic", "mnist"), ("KafkaConsumerGroup", "g")] : [];
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(kafka.Concat(settings).DistinctBy(setting => setting.Item1).Select(setting =>
                KeyValuePair.Create(setting.Item1.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Item2)))
            .Build());
        services.AddLogging();
        services.AddDigitCore().AddKafkaConnection();
        return services.BuildServiceProvider();
    }
}
