using System.Diagnostics.Metrics;
using DigitFunctions.Core.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>The gauge of the consumer group's lag, by partition. The brokers are asked only where somebody reads it, every 15 seconds at most.</summary>
internal sealed class LagGauge(KafkaLag lag, IOptions<KafkaOptions> options, TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>The gauge's name.</summary>
    public const string Name = "digitfunctions.consumer.lag";

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(15);

    // Not the shared meter: the gauge ends with these services.
    private readonly Meter _meter = new(Telemetry.Name);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var watched = new WatchedValue<GroupLag>(lag.AskAsync, Freshness, time);
        _meter.CreateObservableGauge(Name, () => Measure(watched.Read()), "{record}", "Records of a partition that the consumer group has not committed.");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Measure(GroupLag? found) =>
        (found?.Waiting ?? new Dictionary<int, long>()).Select(partition => new Measurement<long>(
            partition.Value,
            new("messaging.system", "kafka"),
            new("messaging.destination.name", options.Value.KafkaTopic),
            new("messaging.destination.partition.id", partition.Key.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            new("messaging.consumer.group.name", options.Value.KafkaConsumerGroup)));
}
