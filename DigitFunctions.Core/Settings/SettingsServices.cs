using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Settings;

/// <summary>Registers options classes.</summary>
public static class SettingsServices
{
    /// <summary>Binds a section to an options class whose annotations are checked at start.</summary>
    /// <typeparam name="TOptions">The options class. The messages of its annotations say what a setting must be: the setting's name stands before them.</typeparam>
    /// <param name="services">Where it is added.</param>
    /// <param name="section">The section's name; empty where the properties' own names are the settings' names.</param>
    public static void AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section);
        services.AddSingleton<IValidateOptions<TOptions>>(new AnnotationsCheck<TOptions>(section));
        services.AddSingleton(new SettingsSection(
            typeof(TOptions), section, provider => _ = provider.GetRequiredService<IOptions<TOptions>>().Value));
    }
}
