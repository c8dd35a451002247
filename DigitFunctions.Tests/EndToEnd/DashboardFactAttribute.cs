using System.Text.RegularExpressions;
using DigitFunctions.Tests.Deploy;

namespace DigitFunctions.Tests.EndToEnd;

/// <summary>A test that looks into the Aspire dashboard with a browser; skipped with the reason where one of them is missing. <c>./dev test</c> fetches both.</summary>
internal sealed class DashboardFactAttribute : FactAttribute
{
    private const string Package = "Aspire.Dashboard.Sdk.linux-x64";

    public DashboardFactAttribute() => Skip = Chromium is null
        ? "There is no Chromium in /usr/bin."
        : File.Exists(Path.Combine(Folder, "Aspire.Dashboard")) ? null : $"The package {Package} was not fetched.";

    /// <summary>The browser; <see langword="null"/> where there is none.</summary>
    public static string? Chromium { get; } = new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser" }.FirstOrDefault(File.Exists);

    /// <summary>Where the package manager lays the dashboard of the version that is pinned.</summary>
    public static string Folder { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } packages
            ? packages
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        Package.ToLowerInvariant(),
        Regex.Match(Repository.Read("Directory.Packages.props"), $"\"{Regex.Escape(Package)}\" Version=\"([^\"]+)\"").Groups[1].Value,
        "tools");
}
