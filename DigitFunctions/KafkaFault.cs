using System.Text.RegularExpressions;
using Confluent.Kafka;

namespace DigitFunctions;

/// <summary>The last thing that one of librdkafka's connections met. "Timed out" says little; what the connection met on the way says why, and librdkafka tells that once, and then for a while not again.</summary>
internal sealed partial class KafkaFault
{
    /// <summary>What it was; <see langword="null"/> where nothing was met since the last success.</summary>
    public string? Reason { get; private set; }

    /// <summary>Takes a line of librdkafka's log.</summary>
    public void Note(LogMessage line) => Reason = line.Level <= SyslogLevel.Error ? Thread().Replace(line.Message, "") : Reason;

    /// <summary>Forgets it.</summary>
    public void Clear() => Reason = null;

    [GeneratedRegex(@"^\[thrd:.*?\]: ")]
    private static partial Regex Thread();
}
