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

    /// <summary>The predictor alone.</summary>
    public static ServiceProvider ForPictures()
    {
        var services = new ServiceCollection();
        services.AddSingleton(Configuration());
        services.AddLogging(ToStandardError(LogLevel.Warning));
        services.AddDigitPrediction();
        return services.BuildServiceProvider();
    }

    /// <summary>The whole app, its settings checked.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="logging">Where it logs.</param>
    /// <param name="before">What is registered in place of the app's own.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Settings are wrong.</exception>
    public static IHost ForFunctions(IConfiguration configuration, Action<ILoggingBuilder> logging, Action<IServiceCollection>? before)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddConfiguration(configuration);
        logging(builder.Logging);
        before?.Invoke(builder.Services);
        builder.Services.AddDigitCore();
        return builder.Build();
    }

    /// <summary>A line an event, on stderr.</summary>
    /// <param name="level">The least level of what is logged.</param>
    public static Action<ILoggingBuilder> ToStandardError(LogLevel level) => logging => logging
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
