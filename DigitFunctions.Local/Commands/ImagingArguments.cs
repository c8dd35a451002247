using System.CommandLine;
using DigitFunctions.Core.Images;

namespace DigitFunctions.Local.Commands;

/// <summary>What the commands on picture files have in common.</summary>
internal static class ImagingArguments
{
    public static Option<ImagingProfile> Profile() => new("--profile")
    {
        Description = $"How a picture becomes a tensor: {string.Join(" or ", Enum.GetNames<ImagingProfile>())}, in any case, with or without hyphens.",
        HelpName = "profile",
        DefaultValueFactory = _ => ImagingProfile.Robust,
        CustomParser = result =>
        {
            string name = result.Tokens.Single().Value;
            if (Enum.TryParse(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out ImagingProfile profile) && Enum.IsDefined(profile))
            {
                return profile;
            }

            result.AddError($"--profile must be {string.Join(" or ", Enum.GetNames<ImagingProfile>())}; it is '{name}'.");
            return default;
        },
    };

    public static Argument<string[]> Paths(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.OneOrMore };
}
