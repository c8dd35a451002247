using System.ComponentModel.DataAnnotations;
using DigitFunctions.Core.Events;

namespace DigitFunctions.Core.Storage;

/// <summary>What becomes of the source when a picture is filed.</summary>
public enum SortingMode
{
    /// <summary>The source is deleted once the filed picture is confirmed.</summary>
    Move,

    /// <summary>The source stays where it is.</summary>
    Copy,
}

/// <summary>Where below its place a picture is filed.</summary>
public enum SortingLayout
{
    /// <summary><see cref="Key"/> for one source bucket, <see cref="BucketAndKey"/> for several.</summary>
    Auto,

    /// <summary><c>digit-N/key</c>; for one source bucket only.</summary>
    Key,

    /// <summary><c>digit-N/bucket/key</c>.</summary>
    BucketAndKey,
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

    /// <summary>Pictures that less likely show one single digit go to <c>review/</c>: other pictures, and several digits beside each other.</summary>
    /// <value>The default is 0.1; with 0 every picture is filed under the digit that it is most like. A KServe predictor gives no such score.</value>
    [Range(0.0, 1.0, ErrorMessage = "must be a number from {1} to {2}")]
    public double MinDigitScore { get; set; } = 0.1;

    /// <summary>Where below its place a picture is filed: two source buckets may hold the same key, and each of the two pictures needs a place of its own.</summary>
    /// <value>The default is <see cref="SortingLayout.Auto"/>.</value>
    [EnumDataType(typeof(SortingLayout), ErrorMessage = "must be Auto, Key or BucketAndKey")]
    public SortingLayout Layout { get; set; } = SortingLayout.Auto;

    /// <summary>The path of an upload below its place.</summary>
    internal string PathOf(Upload upload) => Layout == SortingLayout.BucketAndKey || (Layout == SortingLayout.Auto && HasSeveralSources)
        ? $"{upload.Bucket}/{upload.Key}" : upload.Key;

    internal bool HasSeveralSources => SourceBuckets.Distinct(StringComparer.Ordinal).Count() > 1;
}
