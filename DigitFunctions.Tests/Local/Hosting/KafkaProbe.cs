using System.Threading.Channels;
using DigitFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>A function that does what the test says.</summary>
internal sealed class KafkaProbe(ProbeScript script)
{
    [Function(nameof(KafkaProbe))]
    public Task Run(
        [KafkaTrigger("ProbeBrokers", "%ProbeTopic%", ConsumerGroup = "%ProbeGroup%", IsBatched = true)] KafkaRecord[] records,
        FunctionContext context,
        CancellationToken cancellationToken)
    {
        Assert.Equal(cancellationToken, context.CancellationToken);
        return script.RunAsync(records, cancellationToken);
    }

    /// <summary>The function as the host finds it.</summary>
    public static FunctionMethod Method => FunctionMethod.FindAll(typeof(KafkaProbe).Assembly, name => name == nameof(KafkaProbe)).Single();
}

/// <summary>What <see cref="KafkaProbe"/> does in a test, and what it was given.</summary>
internal sealed class ProbeScript(Func<KafkaRecord[], CancellationToken, Task>? act = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<KafkaRecord[]> _batches = Channel.CreateUnbounded<KafkaRecord[]>();

    /// <summary>How many batches came in and were not taken by <see cref="NextAsync"/>.</summary>
    public int Waiting => _batches.Reader.Count;

    public async Task RunAsync(KafkaRecord[] records, CancellationToken cancellationToken)
    {
        _batches.Writer.TryWrite(records);
        await (act?.Invoke(records, cancellationToken) ?? Task.CompletedTask);
    }

    /// <summary>The next batch that the function was called with.</summary>
    /// <exception cref="TimeoutException">None came.</exception>
    public Task<KafkaRecord[]> NextAsync() => _batches.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    /// <summary>Batches until as many records have come.</summary>
    public async Task<List<KafkaRecord[]>> NextAsync(int records)
    {
        List<KafkaRecord[]> batches = [];
        while (batches.Sum(batch => batch.Length) < records)
        {
            batches.Add(await NextAsync());
        }

        return batches;
    }
}
