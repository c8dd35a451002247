using System.ComponentModel.DataAnnotations;

namespace DigitFunctions.Core.Retries;

/// <summary>How much is done at once, and how long a failing step is tried.</summary>
public sealed class ProcessingOptions
{
    /// <summary>The section's name in the settings.</summary>
    public const string SectionName = "Processing";

    /// <summary>How long at most what fails for a while is tried again for a caller who holds a connection: gateways cut that off after a minute or so.</summary>
    public static TimeSpan LongestForCallers { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Pictures that are read or moved at the same time.</summary>
    /// <value>The default is 16.</value>
    [Range(1, 256, ErrorMessage = "must be a number from {1} to {2}")]
    public int MaxConcurrency { get; set; } = 16;

    /// <summary>How long one invocation tries again what fails for a while (S3 or predictor unreachable) before it gives the batch back.</summary>
    /// <value>The default is two minutes, <c>00:02:00</c>.</value>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "must be a time from {1} to {2}")]
    public TimeSpan RetryBudget { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long one invocation begins new steps: what is left then comes again. Steps under way may take as long again as the longest of them.</summary>
    /// <value>The default is four minutes, <c>00:04:00</c>: with the longest step it has to be less than <c>maxPollIntervalMs</c> and <c>functionTimeout</c> of host.json.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "01:00:00", ErrorMessage = "must be a time from 00:00:00.05 to 01:00:00")]
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(4);
}
