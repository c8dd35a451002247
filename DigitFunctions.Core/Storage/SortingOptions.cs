using System.ComponentModel.DataAnnotations;

namespace DigitFunctions.Core.Storage;

/// <summary>What becomes of the source when a picture is filed.</summary>
public enum SortingMode
{
    /// <summary>The source is deleted once the filed picture is confirmed.</summary>
    Move,

    /// <summary>The source stays where it is.</summary>
    Copy,
}

/// <summary>Which pictures are sorted, and where they go.</summary>
public sealed class SortingOptions
{
    /// <summary>The section's name in the settings.</summary>
    public const string SectionName = "Sorting";

    /// <summary>The buckets whose uploads are sorted; uploads to others are skipped.</summary>
    /// <value>Empty by default; at least one is needed.</value>
    [MinLength(1, ErrorMessage = "must name a bucket")]
    public IList<string> SourceBuckets { get; } = [];

    /// <summary>The bucket that receives the pictures, under <c>digit-N/</c>, <c>review/</c> and <c>unreadable/</c>.</summary>
    /// <value>The default is <c>digits</c>. It may not be one of <see cref="SourceBuckets"/>.</value>
    [Required(ErrorMessage = "must name a bucket")]
    public string TargetBucket { get; set; } = "digits";

    /// <summary>What becomes of the source when a picture is filed.</summary>
    /// <value>The default is <see cref="SortingMode.Move"/>.</value>
    [EnumDataType(typeof(SortingMode), ErrorMessage = "must be Move or Copy")]
    public SortingMode Mode { get; set; } = SortingMode.Move;

    /// <summary>Pictures predicted with less confidence go to <c>review/</c>.</summary>
    /// <value>The default is 0: every picture is filed under its digit.</value>
    [Range(0.0, 1.0, ErrorMessage = "must be a number from {1} to {2}")]
    public double MinConfidence { get; set; }
}
