using Azure.Monitor.OpenTelemetry.Exporter;
using DigitFunctions.Core.Observability;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DigitFunctions;

/// <summary>Sends traces, metrics and logs away, where the settings say where to. Where they do not, nothing is set up.</summary>
public static class TelemetryExport
{
    /// <summary>Where a receiver of OTLP listens; the other <c>OTEL_*</c> variables count as well.</summary>
    public const string OtlpSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>The connection string of Application Insights.</summary>
    public const string AzureMonitorSetting = "APPLICATIONINSIGHTS_CONNECTION_STRING";

    private const string ServiceName = "digitfunctions";

    /// <summary>Spans and metrics of .NET's own: HTTP calls by OpenTelemetry's conventions, and the runtime.</summary>
    private static readonly string[] Meters = [Telemetry.Name, "System.Net.Http", "System.Runtime"];

    /// <summary>Adds the exporters that the settings ask for.</summary>
    public static IServiceCollection AddTelemetryExport(this IServiceCollection services, IConfiguration configuration)
    {
        bool otlp = !string.IsNullOrWhiteSpace(configuration[OtlpSetting]);
        string? azureMonitor = configuration[AzureMonitorSetting];
        if (!otlp && string.IsNullOrWhiteSpace(azureMonitor))
        {
            return services;
        }

        string? given = configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } own ? own : configuration["WEBSITE_SITE_NAME"];
        string name = string.IsNullOrEmpty(given) ? ServiceName : given;
        IOpenTelemetryBuilder telemetry = services.AddOpenTelemetry()
            .UseFunctionsWorkerDefaults()
            // After the worker's defaults, which name the service after its assembly.
            .ConfigureResource(resource => resource.AddService(name, serviceInstanceId: $"{Environment.MachineName}/{Environment.ProcessId}"))
            .WithTracing(tracing => tracing.AddSource(Telemetry.Name, "System.Net.Http").AddProcessor<ExpectedAnswers>())
            .WithMetrics(metrics => metrics.AddMeter(Meters))
            .WithLogging(configureBuilder: null, logs => logs.IncludeFormattedMessage = true);
        if (otlp)
        {
            telemetry.UseOtlpExporter();
        }

        if (!string.IsNullOrWhiteSpace(azureMonitor))
        {
            telemetry.UseAzureMonitorExporter(exporter => exporter.ConnectionString = azureMonitor);
        }

        return services;
    }
}
