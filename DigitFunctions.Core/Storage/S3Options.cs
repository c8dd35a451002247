using System.ComponentModel.DataAnnotations;

namespace DigitFunctions.Core.Storage;

/// <summary>Where the pictures are. Credentials come by AWS's ordinary chain (<c>AWS_ACCESS_KEY_ID</c>, profile, role …).</summary>
public sealed class S3Options
{
    /// <summary>The section's name in the settings.</summary>
    public const string SectionName = "S3";

    /// <summary>The server's URL, such as <c>http://127.0.0.1:9000</c>.</summary>
    /// <value>Empty by default, which means AWS itself in <see cref="Region"/>.</value>
    [RegularExpression("https?://[^/?#]+/?", ErrorMessage = "must be the http or https address of an S3 server, such as http://127.0.0.1:9000, or empty for AWS")]
    public string? ServiceUrl { get; set; }

    /// <summary>The region that requests are signed for; servers other than AWS mostly take any.</summary>
    /// <value>The default is <c>us-east-1</c>.</value>
    [Required(ErrorMessage = "must be a region, such as us-east-1")]
    public string Region { get; set; } = "us-east-1";

    /// <summary>Whether the bucket stands in the path (<c>http://host/bucket/key</c>) rather than in the host name.</summary>
    /// <value>The default is <see langword="true"/>, which MinIO and Ceph need and AWS accepts.</value>
    public bool ForcePathStyle { get; set; } = true;

    /// <summary>How long one call may take, a picture's bytes included.</summary>
    /// <value>The default is 30 seconds.</value>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:10:00", ErrorMessage = "must be a time from 00:00:00.05 to 00:10:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);
}
