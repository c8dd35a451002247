using DigitFunctions.Core.Settings;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Prediction;

/// <summary>Checks that the predictor of the chosen mode can be asked: its address, its model file.</summary>
internal sealed class PredictionCheck : IValidateOptions<PredictionOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, PredictionOptions options)
    {
        List<string> faults = [];
        if (options.Mode is not PredictionMode.Onnx && !IsHttpAddress(options.Url))
        {
            faults.Add(
                "Prediction__Url must be the http or https address of a KServe predictor, such as http://mnist-predictor.default.svc.cluster.local, "
                + $"when Prediction__Mode is {options.Mode}; it is {QuoteAddress(options.Url)}.");
        }

        if (options.Mode is not PredictionMode.KServe && !string.IsNullOrEmpty(options.ModelPath) && !File.Exists(options.FullModelPath))
        {
            faults.Add(
                $"Prediction__ModelPath must name the ONNX model's file when Prediction__Mode is {options.Mode}; there is no file {options.FullModelPath}.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static bool IsHttpAddress(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps)
        && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0;

    // A password in the address must not reach the log.
    private static string QuoteAddress(string? address) =>
        address?.Contains('@') == true ? "one with a user name, which is not sent" : SettingsText.Quote(address);
}
