using System.Text;
using Confluent.Kafka;
using DigitFunctions.Core.Results;
using Microsoft.Extensions.Options;

namespace DigitFunctions;

/// <summary>Writes an event for each filed picture to <see cref="KafkaOptions.KafkaResultTopic"/>, and waits until the brokers have it.</summary>
/// <remarks>
/// Not through the Kafka extension's output binding: that hands records to its producer after the function has returned, waits for no delivery and only logs one that failed
/// (azure-functions-kafka-extension, <c>KafkaProducer.Produce</c>), so that the offsets of the events could be committed while their results are lost.
/// </remarks>
internal sealed class ResultEvents : IResultEvents, IDisposable
{
    // Shorter than a call of the S3 server may be; what is not delivered by then comes again with its batch.
    private const int DeliveryMs = 10_000;

    private readonly KafkaOptions _options;
    private readonly TimeProvider _time;
    private readonly KafkaFault _fault = new();
    private readonly Lazy<IProducer<byte[], byte[]>> _producer;

    /// <summary>Connects to nothing yet.</summary>
    public ResultEvents(IOptions<KafkaOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _producer = new Lazy<IProducer<byte[], byte[]>>(() => new ProducerBuilder<byte[], byte[]>(KafkaClient.Producer(_options, DeliveryMs))
            .SetLogHandler((_, line) => _fault.Note(line))
            .Build());
    }

    /// <inheritdoc/>
    public async Task WriteAsync(FiledPicture picture, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> filed = FiledEvent.Encode(picture, _time.GetUtcNow(), out string contentType);
        var message = new Message<byte[], byte[]>
        {
            Key = Encoding.UTF8.GetBytes(FiledEvent.KeyOf(picture)),
            Value = filed.ToArray(),
            Headers = [new Header("content-type", Encoding.UTF8.GetBytes(contentType))],
        };
        try
        {
            await _producer.Value.ProduceAsync(_options.KafkaResultTopic, message, cancellationToken).ConfigureAwait(false);
            _fault.Clear();
        }
        catch (KafkaException e)
        {
            throw new IOException(
                $"The event that {FiledEvent.KeyOf(picture)} is filed as {picture.TargetBucket}/{picture.Target} was not taken by the topic {_options.KafkaResultTopic} (KafkaResultTopic) "
                + $"at {_options.KafkaBrokers}: {_fault.Reason ?? e.Error.Reason}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_producer.IsValueCreated)
        {
            _producer.Value.Dispose();
        }
    }
}
