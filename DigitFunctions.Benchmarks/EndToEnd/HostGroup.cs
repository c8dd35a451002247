using System.Globalization;
using System.Text.Json;

namespace DigitFunctions.Benchmarks.EndToEnd;

/// <summary>Hosts of one consumer group, which share the partitions.</summary>
internal sealed class HostGroup(IReadOnlyList<ChildProcess> hosts)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>The most memory that one of them has held.</summary>
    public long PeakBytes => hosts.Max(host => host.PeakBytes);

    /// <summary>The memory that they hold at this moment.</summary>
    public long HeldBytes => hosts.Sum(host => host.HeldBytes);

    /// <summary>Starts to count.</summary>
    public Task BeginAsync() => Task.WhenAll(hosts.Select(host => host.AskAsync(MeasuredHost.Begin)));

    /// <summary>Waits until so many uploads are filed.</summary>
    /// <exception cref="TimeoutException">They are not within five minutes.</exception>
    public async Task<HostFigures> WaitAsync(int uploads, CancellationToken cancellationToken)
    {
        long start = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Poll);
        while (await CountAsync() is var filed && filed < uploads)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"Only {filed} of {uploads} uploads were filed within {Patience}.");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        HostFigures[] figures = await Task.WhenAll(hosts.Select(async host => JsonSerializer.Deserialize<HostFigures>(await host.AskAsync(MeasuredHost.End))!));
        return new HostFigures(
            [.. figures.SelectMany(each => each.Filed)], figures.Sum(each => each.HostCpuSeconds), figures.Sum(each => each.WorkerCpuSeconds));
    }

    private async Task<int> CountAsync()
    {
        string[] counts = await Task.WhenAll(hosts.Select(host => host.AskAsync(MeasuredHost.Count)));
        return counts.Sum(count => int.Parse(count, CultureInfo.InvariantCulture));
    }
}
