using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Settings;

/// <summary>Checks an options class by its annotations and names each setting as the user writes it: <c>Sorting__Mode</c>.</summary>
internal sealed class AnnotationsCheck<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(faults.Select(fault => $"{section}__{fault.MemberNames.First()}: {fault.ErrorMessage}"));
    }
}
