using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Settings;

/// <summary>Registers options classes.</summary>
internal static class SettingsServices
{
    /// <summary>Binds a section to an options class whose annotations are checked at start.</summary>
    public static void AddSettings<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddOptions<TOptions>().BindConfiguration(section);
        services.AddSingleton<IValidateOptions<TOptions>>(new AnnotationsCheck<TOptions>(section));
        services.AddSingleton(new SettingsSection(
            typeof(TOptions), section, provider => _ = provider.GetRequiredService<IOptions<TOptions>>().Value));
    }
}
