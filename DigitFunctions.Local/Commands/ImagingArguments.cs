using System.CommandLine;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Local.Commands;

/// <summary>What the commands on picture files have in common.</summary>
internal static class ImagingArguments
{
    public static Option<ImagingProfile> Profile() => new("--profile")
    {
        Description = "How a picture becomes a tensor.",
        DefaultValueFactory = _ => ImagingProfile.Robust,
    };

    public static Argument<string[]> Paths(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.OneOrMore };
}
