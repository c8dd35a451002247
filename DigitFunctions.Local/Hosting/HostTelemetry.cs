using System.Diagnostics;
using System.Globalization;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DigitFunctions.Local.Hosting;

/// <summary>Sends the host's spans where the worker sends its own: by OTLP, where the settings say where to.</summary>
/// <remarks>Who listens to a source does so by its name, so that each host of a process has a name of its own: its spans go nowhere else.</remarks>
internal sealed class HostTelemetry : IDisposable
{
    private const string SourceName = "DigitFunctions.Local.Hosting";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceName = "digitfunctions-host";

    private static int _hosts;

    private readonly TracerProvider? _provider;

    /// <summary>Begins to listen, where the spans are to be sent; what is left is sent at the end.</summary>
    /// <param name="settings">The app's settings, which need not be those of this process.</param>
    public HostTelemetry(IReadOnlyDictionary<string, string> settings)
    {
        int number = Interlocked.Increment(ref _hosts);
        Source = new ActivitySource(number == 1 ? SourceName : $"{SourceName}.{number.ToString(CultureInfo.InvariantCulture)}");
        if (settings.TryGetValue(Endpoint, out string? endpoint) && Uri.TryCreate(endpoint, UriKind.Absolute, out Uri? url))
        {
            _provider = Sdk.CreateTracerProviderBuilder()
                .ConfigureResource(resource => resource.AddService(ServiceName, serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}"))
                .AddSource(Source.Name)
                .AddOtlpExporter(exporter => Configure(exporter, url, settings))
                .Build();
        }
    }

    /// <summary>The source of this host's spans.</summary>
    public ActivitySource Source { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _provider?.Dispose();
        Source.Dispose();
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
