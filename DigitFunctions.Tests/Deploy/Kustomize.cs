using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace DigitFunctions.Tests.Deploy;

/// <summary>What <c>kubectl kustomize</c> makes of a folder of deploy/k8s.</summary>
internal static class Kustomize
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Rendered = new();

    /// <summary>Why nothing can be rendered here; null where it can.</summary>
    public static string? WhyNot { get; } = FindFault();

    /// <summary>The overlays' names.</summary>
    public static IEnumerable<string> Overlays =>
        Directory.GetDirectories(Repository.PathOf("deploy", "k8s", "overlays")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    /// <summary>The rendered text of an overlay.</summary>
    public static string Overlay(string name) => Render(Path.Combine("deploy", "k8s", "overlays", name));

    /// <summary>The rendered text of a folder of the repository.</summary>
    public static string Render(string folder) => Rendered.GetOrAdd(folder, _ => new Lazy<string>(() =>
    {
        (int status, string output, string errors) = Run("kustomize", Repository.PathOf(folder));
        Assert.True(status == 0, $"kubectl kustomize {folder} ended with {status}: {errors}");
        return output;
    })).Value;

    /// <summary>The components' names.</summary>
    public static IEnumerable<string> Components =>
        Directory.GetDirectories(Repository.PathOf("deploy", "k8s", "components")).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal);

    /// <summary>The rendered text of an overlay with components that it does not name itself.</summary>
    public static string OverlayWith(string name, params IEnumerable<string> components)
    {
        string folder = Directory.CreateTempSubdirectory("digits-kustomize-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "kustomization.yaml"), string.Join('\n', [
                "apiVersion: kustomize.config.k8s.io/v1beta1",
                "kind: Kustomization",
                "resources:",
                $"  - {From(folder, "overlays", name)}",
                "components:",
                .. components.Select(component => $"  - {From(folder, "components", component)}"),
            ]));
            (int status, string output, string errors) = Run("kustomize", folder);
            Assert.True(status == 0, $"kubectl kustomize of {name} with components ended with {status}: {errors}");
            return output;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string From(string folder, params string[] parts) => Path.GetRelativePath(folder, Repository.PathOf(["deploy", "k8s", .. parts]));

    /// <summary>The objects that a cluster has of an overlay: its own, and the secrets that are applied apart.</summary>
    public static IReadOnlyList<JsonObject> Objects(string overlay) =>
        [.. Yaml.Parse(Overlay(overlay)), .. Yaml.Parse(Render(Path.Combine("deploy", "k8s", "secrets")))];

    private static string? FindFault()
    {
        try
        {
            return Run("version", "--client").Status == 0 ? null : "kubectl does not work here.";
        }
        catch (Win32Exception)
        {
            return "There is no kubectl here.";
        }
    }

    private static (int Status, string Output, string Errors) Run(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("kubectl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.GetAwaiter().GetResult());
    }
}

/// <summary>A test of rendered overlays; skipped with the reason where there is no kubectl.</summary>
internal sealed class KubectlFactAttribute : FactAttribute
{
    public KubectlFactAttribute() => Skip = Kustomize.WhyNot;
}

/// <summary>The same with data.</summary>
internal sealed class KubectlTheoryAttribute : TheoryAttribute
{
    public KubectlTheoryAttribute() => Skip = Kustomize.WhyNot;
}
