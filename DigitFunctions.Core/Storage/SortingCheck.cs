using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Checks that sorting cannot feed itself, a picture filed in a source bucket being announced and filed again, and that each picture has a place of its own.</summary>
internal sealed class SortingCheck : IValidateOptions<SortingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SortingOptions options)
    {
        var faults = new List<string>();
        if (options.SourceBuckets.Contains(options.TargetBucket))
        {
            faults.Add($"Sorting__TargetBucket is '{options.TargetBucket}', which is also among Sorting__SourceBuckets; it must be another bucket.");
        }

        if (options is { Layout: SortingLayout.Key, HasSeveralSources: true })
        {
            faults.Add("Sorting__Layout must be BucketAndKey, or Auto, where Sorting__SourceBuckets are several: of two pictures of one key the second would take the first one's place; it is 'Key'.");
        }

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
