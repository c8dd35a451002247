using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace DigitFunctions.Local.Hosting;

/// <summary>What the local host keeps of host.json; the rest of that file concerns Azure only.</summary>
internal sealed class HostJson
{
    private const string OverrideSection = "AzureFunctionsJobHost";

    /// <summary><c>extensions.kafka</c>.</summary>
    public KafkaTriggerOptions Kafka { get; init; } = new();

    /// <summary><c>extensions.http.routePrefix</c>, without slashes at its ends; empty for none.</summary>
    /// <value>The default is <c>api</c>.</value>
    public string RoutePrefix { get; init; } = "api";

    /// <summary><c>functions</c>: the names of the functions to run; empty for all.</summary>
    public IReadOnlyList<string> Functions { get; init; } = [];

    /// <summary>Reads host.json. As in Azure, the setting <c>AzureFunctionsJobHost:extensions:kafka:maxBatchSize</c> and its like win over the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">The settings, environment variables among them.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no JSON, or a value in it cannot be used; every such value is named.</exception>
    public static HostJson Read(string path, IConfiguration settings)
    {
        string full = Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new FileNotFoundException($"The functions need a host.json; there is none at {full}.", full);
        }

        IConfigurationRoot host;
        KafkaTriggerOptions kafka = new();
        try
        {
            host = new ConfigurationBuilder().AddJsonFile(full, optional: false).AddConfiguration(settings.GetSection(OverrideSection)).Build();
            host.GetSection("extensions:kafka").Bind(kafka);
        }
        catch (Exception e) when (e is InvalidDataException or FormatException or InvalidOperationException)
        {
            throw new InvalidDataException($"{full} cannot be used: {(e.InnerException ?? e).Message}", e);
        }

        List<ValidationResult> faults = [];
        if (!Validator.TryValidateObject(kafka, new ValidationContext(kafka), faults, validateAllProperties: true))
        {
            throw new InvalidDataException($"{full}, extensions.kafka: {string.Join(" ", faults.Select(fault => fault.ErrorMessage))}");
        }

        return new HostJson
        {
            Kafka = kafka,
            RoutePrefix = (host["extensions:http:routePrefix"] ?? "api").Trim('/'),
            Functions = [.. FunctionNames(host)],
        };
    }

    /// <summary>Whether a function is to run: listed in <see cref="Functions"/> where that lists any, and not switched off by the setting <c>AzureWebJobs.NAME.Disabled</c> or <c>AzureWebJobs__NAME__Disabled</c>.</summary>
    public bool Runs(string function, IConfiguration settings) =>
        (Functions.Count == 0 || Functions.Contains(function, StringComparer.OrdinalIgnoreCase))
        && !((settings[$"AzureWebJobs.{function}.Disabled"] ?? settings[$"AzureWebJobs:{function}:Disabled"]) is "1" or "true" or "True");

    private static IEnumerable<string> FunctionNames(IConfigurationRoot host) =>
        host.GetSection("functions").GetChildren().Select(child => child.Value).OfType<string>();
}
