using DigitFunctions.Core;
using DigitFunctions.Core.Prediction;
using DigitFunctions.Local.Hosting;
using Microsoft.Extensions.Logging.Console;

namespace DigitFunctions.Local;

/// <summary>Sets up what the commands need of the app, with logs on stderr so that stdout holds results alone.</summary>
internal static class LocalServices
{
    /// <summary>local.settings.json in the current folder, as Core Tools read it.</summary>
    public const string SettingsFile = "local.settings.json";

    /// <summary>The settings of this process: local.settings.json, and environment variables before it.</summary>
    public static IConfiguration Configuration() =>
        new ConfigurationBuilder().AddLocalSettings(SettingsFile).AddEnvironmentVariables().Build();

    /// <summary>A logger factory that writes a line an event to stderr.</summary>
    public static ILoggerFactory Logging(LogLevel level) => LoggerFactory.Create(logging => ConfigureLogging(logging, level));

    /// <summary>The predictor alone.</summary>
    public static ServiceProvider ForPictures()
    {
        var services = new ServiceCollection();
        services.AddSingleton(Configuration());
        services.AddLogging(logging => ConfigureLogging(logging, LogLevel.Warning));
        services.AddDigitPrediction();
        return services.BuildServiceProvider();
    }

    /// <summary>The whole app, its settings checked.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="level">The least level of what is logged.</param>
    /// <param name="before">What is registered in place of the app's own.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Settings are wrong.</exception>
    public static IHost ForFunctions(IConfiguration configuration, LogLevel level, Action<IServiceCollection>? before = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(configuration);
        ConfigureLogging(builder.Logging, level);
        before?.Invoke(builder.Services);
        builder.Services.AddDigitCore();
        return builder.Build();
    }

    private static void ConfigureLogging(ILoggingBuilder logging, LogLevel level) => logging
        .SetMinimumLevel(level)
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace)
        .AddSimpleConsole(format =>
        {
            format.SingleLine = true;
            format.ColorBehavior = LoggerColorBehavior.Default;
            format.TimestampFormat = "HH:mm:ss.fff ";
            format.UseUtcTimestamp = true;
        });
}
