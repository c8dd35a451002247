using System.Diagnostics.Metrics;
using DigitFunctions.Core.Observability;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DigitFunctions.Core.Storage;

/// <summary>The gauge of the oldest object waiting in each source bucket. The buckets are listed only where somebody reads it, once a minute at most.</summary>
/// <remarks>Where pictures are copied, they stay in their buckets, and nobody can tell those that wait: then there is no such gauge.</remarks>
internal sealed class WaitingGauge(OldestWaiting oldest, IOptions<SortingOptions> sorting, TimeProvider time) : IHostedService, IDisposable
{
    /// <summary>The gauge's name.</summary>
    public const string Name = "digitfunctions.waiting.oldest.age";

    private static readonly TimeSpan Freshness = TimeSpan.FromMinutes(1);

    // Not the shared meter: the gauge ends with these services.
    private readonly Meter _meter = new(Telemetry.Name);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (sorting.Value.Mode == SortingMode.Move)
        {
            var ages = new WatchedValue<IReadOnlyDictionary<string, TimeSpan>>(oldest.FindAsync, Freshness, time);
            _meter.CreateObservableGauge(Name, () => Measure(ages.Read()), "s", "Age of the oldest object that waits in a source bucket; zero where none does.");
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<double>> Measure(IReadOnlyDictionary<string, TimeSpan>? ages) =>
        (ages ?? new Dictionary<string, TimeSpan>()).Select(age => new Measurement<double>(age.Value.TotalSeconds, new KeyValuePair<string, object?>("aws.s3.bucket", age.Key)));
}
