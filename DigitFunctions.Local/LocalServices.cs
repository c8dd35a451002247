using Amazon.Runtime;
using Amazon.S3;
using DigitFunctions.Core;
using DigitFunctions.Core.Page;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Core.Storage;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Stack;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Local;

/// <summary>Sets up what the commands need of the app, with logs on stderr so that stdout holds results alone.</summary>
internal static class LocalServices
{
    private static readonly LocalStackOptions Defaults = new();

    /// <summary>local.settings.json in the current folder, as Core Tools read it.</summary>
    public const string SettingsFile = "local.settings.json";

    /// <summary>The settings of this process: local.settings.json, and environment variables before it.</summary>
    public static IConfiguration Configuration() =>
        new ConfigurationBuilder().AddLocalSettings(SettingsFile).AddEnvironmentVariables().Build();

    /// <summary>The settings of the functions, by name: local.settings.json, and environment variables before it.</summary>
    public static Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>(LocalSettings.Read(SettingsFile));
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            settings[(string)variable.Key] = (string?)variable.Value ?? "";
        }

        return settings;
    }

    /// <summary>The settings of the functions, with the endpoints of a local stack in place of others.</summary>
    public static Dictionary<string, string> SettingsFor(LocalStack stack)
    {
        Dictionary<string, string> settings = Settings();
        settings.TryAdd("Prediction__Url", stack.Predictor.Url.ToString());
        settings["AWS_ACCESS_KEY_ID"] = Defaults.User;
        settings["AWS_SECRET_ACCESS_KEY"] = Defaults.Password;
        settings["KafkaBrokers"] = stack.Kafka.BootstrapServers;
        settings["KafkaTopic"] = Defaults.Topic;
        settings["KafkaConsumerGroup"] = "digitfunctions";
        settings["S3__ServiceUrl"] = stack.S3.Url.ToString();
        settings["Sorting__SourceBuckets__0"] = Defaults.SourceBucket;
        settings["Sorting__TargetBucket"] = Defaults.TargetBucket;
        return settings;
    }

    /// <summary>A client of a local stack's S3 endpoint.</summary>
    public static IAmazonS3 ClientOf(LocalStack stack) =>
        S3Client.Create(new S3Options { ServiceUrl = stack.S3.Url.ToString() }, new BasicAWSCredentials(Defaults.User, Defaults.Password));

    /// <summary>The ONNX model alone, whatever <c>Prediction__Mode</c> says.</summary>
    public static ServiceProvider ForPictures()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddConfiguration(Configuration())
            .AddInMemoryCollection([new("Prediction:Mode", nameof(PredictionMode.Onnx))])
            .Build());
        services.AddLogging(ToStandardError(LogLevel.Warning));
        services.AddDigitPrediction();
        return services.BuildServiceProvider();
    }

    /// <summary>The app's core with the settings of this process, as the functions would have them.</summary>
    public static ServiceProvider ForRedrive() => ForCore(services => services.AddSingleton<DeadLetterRedrive>());

    /// <inheritdoc cref="ForRedrive"/>
    /// <remarks>A picture is explained without any settings: nothing of it depends on the source buckets.</remarks>
    public static ServiceProvider ForExplain() => ForCore(services => services.PostConfigure<SortingOptions>(sorting =>
    {
        if (sorting.SourceBuckets.Count == 0)
        {
            sorting.SourceBuckets.Add(Defaults.SourceBucket);
        }
    }));

    /// <inheritdoc cref="ForRedrive"/>
    public static ServiceProvider ForReconcile() => ForCore(_ => { });

    /// <summary>What reads filed pictures.</summary>
    /// <param name="bucket">Where they are; <see langword="null"/> for the bucket of the settings.</param>
    public static ServiceProvider ForExport(string? bucket) => ForCore(services =>
    {
        services.AddSingleton<PictureExport>();
        // The bucket alone matters here: which uploads are sorted may be left unsaid.
        services.AddSingleton<IOptions<SortingOptions>>(provider => Options.Create(new SortingOptions
        {
            TargetBucket = bucket ?? provider.GetRequiredService<IConfiguration>()[$"{SortingOptions.SectionName}:{nameof(SortingOptions.TargetBucket)}"] ?? new SortingOptions().TargetBucket,
        }));
    });

    private static ServiceProvider ForCore(Action<IServiceCollection> add)
    {
        // The AWS SDK looks for credentials in the environment, where the functions' own process has all settings.
        foreach ((string name, string value) in LocalSettings.Read(SettingsFile))
        {
            if (name.StartsWith("AWS_", StringComparison.Ordinal) && Environment.GetEnvironmentVariable(name) is null)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        var services = new ServiceCollection();
        services.AddSingleton(Configuration());
        services.AddLogging(ToStandardError(LogLevel.Warning));
        services.AddDigitCore();
        add(services);
        return services.BuildServiceProvider();
    }

    /// <summary>A line an event, on stderr.</summary>
    /// <param name="level">The least level of what is logged.</param>
    public static Action<ILoggingBuilder> ToStandardError(LogLevel level) => logging => logging
        .SetMinimumLevel(level)
        .AddFilter("Microsoft", LogLevel.Warning)
        // A busy machine is no news: Kestrel warns when its clock is late.
        .AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)
        // A server that does not start throws as well, and the command says why in a line: no stack trace before it.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
        // A worker that is stopped cuts its stream off: no news either.
        .AddFilter("Grpc", LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.ColorBehavior = LoggerColorBehavior.Default;
            format.TimestampFormat = "HH:mm:ss.fff ";
            format.UseUtcTimestamp = true;
        });
}
