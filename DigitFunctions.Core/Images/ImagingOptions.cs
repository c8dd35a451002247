using System.ComponentModel.DataAnnotations;

namespace DigitFunctions.Core.Images;

/// <summary>How a picture becomes a tensor.</summary>
public enum ImagingProfile
{
    /// <summary>Polarity and framing are found from the picture: for pictures as people make them.</summary>
    Robust,

    /// <summary>Bit for bit what KServe's sample computes with OpenCV: every picture is inverted and squeezed to 28×28.</summary>
    KServeSample,
}

/// <summary>Settings of the transform, and the limits that a picture must keep.</summary>
public sealed class ImagingOptions
{
    /// <summary>The section's name in the settings.</summary>
    public const string SectionName = "Imaging";

    /// <summary>How a picture becomes a tensor.</summary>
    /// <value>The default is <see cref="ImagingProfile.Robust"/>.</value>
    [EnumDataType(typeof(ImagingProfile), ErrorMessage = "must be Robust or KServeSample")]
    public ImagingProfile Profile { get; set; } = ImagingProfile.Robust;

    /// <summary>Largest file in bytes; a larger one is not fetched.</summary>
    /// <value>The default is 10 MiB.</value>
    [Range(1, 1 << 30, ErrorMessage = "must be a number from {1} to {2}")]
    public int MaxBytes { get; set; } = 10 << 20;

    /// <summary>Most pixels of a picture, width times height, checked from its header before it is decoded.</summary>
    /// <value>The default is 16 million (4096×4096).</value>
    [Range(1, 1 << 28, ErrorMessage = "must be a number from {1} to {2}")]
    public int MaxPixels { get; set; } = 1 << 24;
}
