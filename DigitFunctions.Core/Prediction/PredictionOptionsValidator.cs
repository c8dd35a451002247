using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Prediction;

/// <summary>Finds every fault of the prediction's settings, each named as the user writes it.</summary>
internal sealed class PredictionOptionsValidator : IValidateOptions<PredictionOptions>
{
    private const string Prefix = PredictionOptions.SectionName + "__";

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PredictionOptions options)
    {
        List<ValidationResult> results = [];
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        List<string> faults = [.. results.Select(result => Describe(result, options))];

        if (options.Mode is not PredictionMode.Onnx && !IsHttpAddress(options.Url))
        {
            faults.Add(
                $"{Prefix}{nameof(options.Url)} must be the http or https address of a KServe predictor, such as http://mnist-predictor.default.svc.cluster.local, "
                + $"when {Prefix}{nameof(options.Mode)} is {options.Mode}; it is {QuoteAddress(options.Url)}");
        }

        if (options.Mode is not PredictionMode.KServe && !string.IsNullOrEmpty(options.ModelPath) && !File.Exists(options.FullModelPath))
        {
            faults.Add(
                $"{Prefix}{nameof(options.ModelPath)} must name the ONNX model's file when {Prefix}{nameof(options.Mode)} is {options.Mode}; "
                + $"there is no file {options.FullModelPath}");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsHttpAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;

    private static string Describe(ValidationResult result, PredictionOptions options)
    {
        string member = result.MemberNames.First();
        object? value = typeof(PredictionOptions).GetProperty(member)!.GetValue(options);
        return $"{Prefix}{member} {result.ErrorMessage}; it is {Quote(value)}";
    }

    // A password in the address must not reach the log.
    private static string QuoteAddress(string? address) => address?.Contains('@') == true ? "one with a user name, which is not sent" : Quote(address);

    private static string Quote(object? value) => value is null or "" ? "not set" : $"'{value}'";
}
