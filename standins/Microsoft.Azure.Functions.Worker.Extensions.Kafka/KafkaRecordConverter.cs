using System;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Azure.Functions.Worker.Extensions.Kafka.Proto;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Makes the trigger's value of what the host sends: protobuf, one message a record.</summary>
[SupportsDeferredBinding]
[SupportedTargetType(typeof(KafkaRecord))]
[SupportedTargetType(typeof(KafkaRecord[]))]
internal class KafkaRecordConverter : IInputConverter
{
    private const string Source = "AzureKafkaRecord";
    private const string ContentType = "application/x-protobuf";

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        try
        {
            return new ValueTask<ConversionResult>(context?.Source switch
            {
                ModelBindingData one => ConversionResult.Success(Read(one)),
                CollectionModelBindingData many => ConversionResult.Success(many.ModelBindingData.Select(Read).ToArray()),
                _ => ConversionResult.Unhandled(),
            });
        }
        catch (Exception fault)
        {
            return new ValueTask<ConversionResult>(ConversionResult.Failed(fault));
        }
    }

    private static KafkaRecord Read(ModelBindingData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Source != Source)
        {
            throw new InvalidOperationException($"Unexpected binding source '{data.Source}'. Only '{Source}' is supported.");
        }

        if (data.ContentType != ContentType)
        {
            throw new InvalidOperationException($"Unexpected content-type '{data.ContentType}'. Only '{ContentType}' is supported.");
        }

        KafkaRecordProto sent = KafkaRecordProto.Parser.ParseFrom(data.Content.ToMemory().Span);
        return new KafkaRecord
        {
            Topic = sent.Topic,
            Partition = sent.Partition,
            Offset = sent.Offset,
            Key = sent.HasKey ? sent.Key.ToByteArray() : null,
            Value = sent.HasValue ? sent.Value.ToByteArray() : null,
            Timestamp = sent.Timestamp is null ? null : new KafkaTimestamp
            {
                UnixTimestampMs = sent.Timestamp.UnixTimestampMs,
                Type = Enum.IsDefined((KafkaTimestampType)sent.Timestamp.Type) ? (KafkaTimestampType)sent.Timestamp.Type : KafkaTimestampType.NotAvailable,
            },
            Headers = [.. sent.Headers.Select(header => new KafkaHeader { Key = header.Key, Value = header.HasValue ? header.Value.ToByteArray() : null })],
        };
    }
}
