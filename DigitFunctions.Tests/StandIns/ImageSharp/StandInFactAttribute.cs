using SixLabors.ImageSharp;

namespace DigitFunctions.Tests.StandIns.ImageSharp;

/// <summary>A test of what the stand-in does better than the package: skipped where the package itself is used.</summary>
public sealed class StandInFactAttribute : FactAttribute
{
    public StandInFactAttribute()
    {
        // The package is signed, the stand-in is not.
        if (typeof(Image).Assembly.GetName().GetPublicKeyToken() is { Length: > 0 })
        {
            Skip = "SixLabors.ImageSharp itself is used here, not its stand-in.";
        }
    }
}
