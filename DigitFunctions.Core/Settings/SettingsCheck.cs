using System.ComponentModel;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Settings;

/// <summary>Checks all settings when the application starts and tells every fault in one message.</summary>
internal sealed class SettingsCheck(IEnumerable<SettingsSection> sections, IConfiguration configuration, IServiceProvider services) : IStartupValidator
{
    /// <summary>Checks all settings.</summary>
    /// <exception cref="OptionsValidationException">Some are wrong; the message names each, with what it may be.</exception>
    public void Validate()
    {
        string[] faults = [.. sections.SelectMany(FaultsOf)];
        if (faults.Length > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(DigitCore), faults);
        }
    }

    private IEnumerable<string> FaultsOf(SettingsSection section)
    {
        string[] unreadable = [.. section.Type.GetProperties().Select(property => Unreadable(section, property)).OfType<string>()];
        if (unreadable.Length > 0)
        {
            // Binding such a section would stop at its first fault.
            return unreadable;
        }

        try
        {
            section.Resolve(services);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return e.Failures;
        }
    }

    /// <summary>A value that its property cannot hold.</summary>
    private string? Unreadable(SettingsSection section, PropertyInfo property)
    {
        string name = SettingsText.Name(section.Name, property.Name);
        string? text = configuration[name.Replace("__", ":", StringComparison.Ordinal)];
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        TypeConverter converter = TypeDescriptor.GetConverter(type);
        if (string.IsNullOrEmpty(text) || !converter.CanConvertFrom(typeof(string)) || converter.IsValid(text))
        {
            return null;
        }

        string wanted = type switch
        {
            { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
            _ when type == typeof(TimeSpan) => "a time such as 00:02:00",
            _ when type == typeof(bool) => "true or false",
            _ => "a number",
        };
        return $"{name} must be {wanted}; it is '{text}'.";
    }
}

/// <summary>One options class and its section.</summary>
/// <param name="Type">The options class.</param>
/// <param name="Name">The section's name.</param>
/// <param name="Resolve">Binds and validates it.</param>
internal sealed record SettingsSection(Type Type, string Name, Action<IServiceProvider> Resolve);
