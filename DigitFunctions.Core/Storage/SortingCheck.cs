using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>Checks that sorting cannot feed itself: a picture filed in a source bucket would be announced and filed again.</summary>
internal sealed class SortingCheck : IValidateOptions<SortingOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SortingOptions options) => options.SourceBuckets.Contains(options.TargetBucket)
        ? ValidateOptionsResult.Fail(
            $"Sorting__TargetBucket is '{options.TargetBucket}', which is also among Sorting__SourceBuckets; it must be another bucket.")
        : ValidateOptionsResult.Success;
}
