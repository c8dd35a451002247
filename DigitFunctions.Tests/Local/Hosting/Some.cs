using Confluent.Kafka;
using DigitFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace DigitFunctions.Tests.Local.Hosting;

/// <summary>Values of which a test does not care for more than it says.</summary>
internal static class Some
{
    public static HeldRecord Record(int partition, long offset, int assignment = 1) => new(
        new KafkaRecord { Topic = "mnist", Partition = partition, Offset = offset, Headers = [] },
        new TopicPartition("mnist", partition),
        assignment);
}
