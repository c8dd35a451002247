using System.Text.RegularExpressions;

namespace DigitFunctions.Tests.Deploy;

/// <summary>The releases that deploy/README.md installs, by its own commands.</summary>
internal static class Releases
{
    private static readonly string Page = Repository.Read("deploy", "README.md");

    public static Version Keda { get; } = Of(@"kedacore/keda/releases/download/v([\d.]+)/keda-\1\.yaml");

    public static Version Strimzi { get; } = Of(@"strimzi-kafka-operator/releases/download/([\d.]+)/strimzi-cluster-operator-\1\.yaml");

    /// <summary>The Kubernetes releases that the page names.</summary>
    public static (Version First, Version Last) Kubernetes { get; } = (Of(@"Kubernetes ([\d.]+) to [\d.]+\d"), Of(@"Kubernetes [\d.]+ to ([\d.]+\d)"));

    private static Version Of(string pattern) => Regex.Match(Page, pattern) is { Success: true } match
        ? Version.Parse(match.Groups[1].Value)
        : throw new InvalidOperationException($"deploy/README.md has nothing like {pattern}.");
}
