using System.Collections;
using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Settings;

/// <summary>Checks an options class by its annotations and names each setting as the user writes it: <c>Sorting__Mode</c>.</summary>
/// <remarks>The annotations' messages say what the setting must be: they follow its name.</remarks>
internal sealed class AnnotationsCheck<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(fault => Describe(fault, options)));
    }

    private string Describe(ValidationResult fault, TOptions options)
    {
        string property = fault.MemberNames.First();
        object? value = typeof(TOptions).GetProperty(property)!.GetValue(options);
        return value is IList
            ? $"{SettingsText.Name(section, property)}__0 {fault.ErrorMessage}; it is not set."
            : $"{SettingsText.Name(section, property)} {fault.ErrorMessage}; it is {SettingsText.Quote(value)}.";
    }
}

/// <summary>Words that all messages about settings share.</summary>
internal static class SettingsText
{
    /// <summary>A setting's name as the user writes it: <c>Sorting__Mode</c>.</summary>
    public static string Name(string section, string property) => section.Length == 0 ? property : $"{section}__{property}";

    /// <summary>A value in quotes, or that there is none.</summary>
    public static string Quote(object? value) => value is null or "" ? "not set" : $"'{value}'";
}
