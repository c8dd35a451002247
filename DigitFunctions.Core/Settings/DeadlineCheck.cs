using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json;
using DigitFunctions.Core.Retries;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Settings;

/// <summary>Checks that an invocation ends before the host gives up on it (<c>functionTimeout</c>) and before the broker gives up on its consumer (<c>maxPollIntervalMs</c>).</summary>
/// <remarks>Both are host.json's, which lies beside the application; as in Azure, a setting such as <c>AzureFunctionsJobHost__extensions__kafka__maxPollIntervalMs</c> wins over it.</remarks>
internal sealed class DeadlineCheck(IConfiguration configuration, LongestStep longestStep) : IValidateOptions<ProcessingOptions>
{
    private const string Host = "AzureFunctionsJobHost";
    private const string PollName = "maxPollIntervalMs";
    private const string TimeoutName = "functionTimeout";

    /// <summary>librdkafka's <c>max.poll.interval.ms</c> where nothing else is said.</summary>
    private const string DefaultPoll = "300000";

    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ProcessingOptions options)
    {
        if (!Validator.TryValidateObject(options, new ValidationContext(options), validationResults: null, validateAllProperties: true))
        {
            // Told already, with what it may be.
            return ValidateOptionsResult.Skip;
        }

        TimeSpan step;
        try
        {
            step = longestStep.Value;
        }
        catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
        {
            // Other sections' faults, told there.
            return ValidateOptionsResult.Skip;
        }

        var faults = new List<string>();
        if (options.RetryBudget > options.Deadline)
        {
            faults.Add($"Processing__RetryBudget must be at most Processing__Deadline, {options.Deadline}; it is '{options.RetryBudget}'.");
        }

        (string source, string? text) = Find("extensions.kafka of host.json", "extensions", "kafka", PollName);
        if (!int.TryParse(text ?? DefaultPoll, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds))
        {
            faults.Add($"{PollName} in {source} must be a number of milliseconds; it is '{text}'.");
        }
        else
        {
            Compare(PollName, source, TimeSpan.FromMilliseconds(milliseconds), "the broker gives the partitions to another consumer while a batch is still handled");
        }

        (source, text) = Find("host.json", TimeoutName);
        // -1 is no limit, and without the setting the limit is the plan's.
        if (text is not null and not "-1" && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan timeout) && timeout > TimeSpan.Zero)
        {
            Compare(TimeoutName, source, timeout, "the host ends the process while a batch is still handled");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Compare(string limitName, string where, TimeSpan limit, string consequence)
        {
            if (options.Deadline + step >= limit)
            {
                faults.Add(
                    $"Processing__Deadline and the longest step ({step}, by S3__Timeout and Prediction__Timeout) must together be less than {limit}, "
                    + $"which is {limitName} in {where}, or {consequence}; it is '{options.Deadline}'.");
            }
        }
    }

    private (string Source, string? Text) Find(string file, params string[] path)
    {
        string setting = string.Join(':', path.Prepend(Host));
        return configuration[setting] is { Length: > 0 } set
            ? ($"the setting {setting.Replace(":", "__", StringComparison.Ordinal)}", set)
            : (file, ReadHostJson(Path.Combine(AppContext.BaseDirectory, "host.json"), path));
    }

    /// <returns><see langword="null"/> where the file says nothing; what is wrong with the file itself is the host's to tell.</returns>
    private static string? ReadHostJson(string file, string[] path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file), Lenient);
            JsonElement found = document.RootElement;
            foreach (string member in path)
            {
                if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(member, out found))
                {
                    return null;
                }
            }

            return found.ValueKind == JsonValueKind.Null ? null : found.ToString();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
