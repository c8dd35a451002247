using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Settings;

/// <summary>Checks that an invocation gives up before the broker gives up on its consumer: the retry budget against <c>maxPollIntervalMs</c> of host.json.</summary>
/// <remarks>The file lies beside the application; as in Azure, a setting <c>AzureFunctionsJobHost__extensions__kafka__maxPollIntervalMs</c> wins over it.</remarks>
internal sealed class PollIntervalCheck(IConfiguration configuration) : IValidateOptions<ProcessingOptions>
{
    private const string Name = "maxPollIntervalMs";
    private const string Override = $"AzureFunctionsJobHost:extensions:kafka:{Name}";

    /// <summary>librdkafka's <c>max.poll.interval.ms</c> where nothing else is said.</summary>
    private const int DefaultMs = 300_000;

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProcessingOptions options)
    {
        if (!Validator.TryValidateProperty(
            options.RetryBudget, new ValidationContext(options) { MemberName = nameof(options.RetryBudget) }, validationResults: null))
        {
            // Told already, with what it may be.
            return ValidateOptionsResult.Skip;
        }

        (string source, string? text) = configuration[Override] is { Length: > 0 } set
            ? ($"the setting {Override.Replace(":", "__", StringComparison.Ordinal)}", set)
            : ("extensions.kafka of host.json", ReadHostJson(Path.Combine(AppContext.BaseDirectory, "host.json")));
        if (!int.TryParse(text ?? $"{DefaultMs}", NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
        {
            return ValidateOptionsResult.Fail($"{Name} in {source} must be a number of milliseconds; it is '{text}'.");
        }

        TimeSpan interval = TimeSpan.FromMilliseconds(milliseconds);
        return options.RetryBudget < interval
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Processing__RetryBudget must be less than {interval}, which is {Name} in {source}, "
                + $"or the broker gives the partitions to another consumer while a batch is still tried; it is '{options.RetryBudget}'.");
    }

    /// <returns><see langword="null"/> where the file says nothing; what is wrong with the file itself is the host's to tell.</returns>
    private static string? ReadHostJson(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), Lenient);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("extensions", out JsonElement extensions) && extensions.ValueKind == JsonValueKind.Object
                && extensions.TryGetProperty("kafka", out JsonElement kafka) && kafka.ValueKind == JsonValueKind.Object
                && kafka.TryGetProperty(Name, out JsonElement interval) && interval.ValueKind != JsonValueKind.Null
                ? interval.ToString()
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
