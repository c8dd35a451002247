using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DigitFunctions.Local.Hosting;

/// <summary>Sends the host's spans where the worker sends its own: by OTLP, where the settings say where to.</summary>
internal static class HostTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "digitfunctions-host";

    /// <summary>Begins to listen; what is left is sent when the answer is disposed.</summary>
    /// <param name="settings">The app's settings, which need not be those of this process.</param>
    /// <returns><see langword="null"/> where nothing is to be sent.</returns>
    public static IDisposable? Start(IReadOnlyDictionary<string, string> settings)
    {
        if (!settings.TryGetValue(Endpoint, out string? endpoint) || !Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? url))
        {
            return null;
        }

        return Sdk.CreateTracerProviderBuilder()
            .ConfigureResource(resource => resource.AddService(ServiceName, serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}"))
            .AddSource(HostTrace.SourceName)
            .AddOtlpExporter(exporter => Configure(exporter, url, settings))
            .Build();
    }

    private static void Configure(OtlpExporterOptions exporter, Uri url, IReadOnlyDictionary<string, string> settings)
    {
        bool http = settings.GetValueOrDefault("OTEL_EXPORTER_OTLP_PROTOCOL") == "http/protobuf";
        exporter.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        // Of an address that is set in code the exporter does not make the path itself.
        exporter.Endpoint = http ? new Uri(new Uri($"{url.ToString().TrimEnd('/')}/"), "v1/traces") : url;
        exporter.Headers = settings.GetValueOrDefault("OTEL_EXPORTER_OTLP_HEADERS");
    }
}
