using System.Threading.Channels;
using DigitFunctions.Local.Hosting;
using DigitFunctions.Local.Hosting.Rpc;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>What stands for a worker's Kafka function in a test: what it does, and what it was given.</summary>
internal sealed class KafkaProbe(Func<KafkaRecord[], CancellationToken, Task>? act = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Channel<KafkaRecord[]> _batches = Channel.CreateUnbounded<KafkaRecord[]>();

    /// <summary>The function as a worker tells of it.</summary>
    public static HostedFunction Function(string properties = "") => HostedFunction.Read(new RpcFunctionMetadata
    {
        Name = nameof(KafkaProbe),
        FunctionId = "1",
        RawBindings =
        {
            $$$"""
            {"name":"records","type":"kafkaTrigger","direction":"In","brokerList":"ProbeBrokers","topic":"%ProbeTopic%","consumerGroup":"%ProbeGroup%",
             "cardinality":"Many",{{{properties}}}"properties":{"supportsDeferredBinding":"True"}}
            """,
        },
    });

    /// <summary>How many batches came in and were not taken by <see cref="NextAsync()"/>.</summary>
    public int Waiting => _batches.Reader.Count;

    /// <summary>Takes a batch as the host hands it over.</summary>
    public async Task RunAsync(IReadOnlyList<HeldRecord> batch, CancellationToken cancellationToken)
    {
        KafkaRecord[] records = [.. batch.Select(held => new KafkaRecord
        {
            Topic = held.Partition.Topic,
            Partition = held.Partition.Partition.Value,
            Offset = held.Offset,
            Value = held.Record.Message.Value!,
        })];
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
