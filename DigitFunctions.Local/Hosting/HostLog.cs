using Confluent.Kafka;

namespace DigitFunctions.Local.Hosting;

/// <summary>Everything the local host logs.</summary>
internal static partial class HostLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Function} is called by Kafka topic {Topic} at {Brokers}, consumer group {Group}")]
    public static partial void KafkaFunctionStarted(this ILogger logger, string function, string topic, string brokers, string group);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "{Function} is called by HTTP {Methods} {Url}")]
    public static partial void HttpFunctionStarted(this ILogger logger, string function, string methods, string url);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "Executing {Function} (invocation {InvocationId})")]
    public static partial void Executing(this ILogger logger, string function, string invocationId);

    [LoggerMessage(EventId = 4, Level = LogLevel.Debug, Message = "Executed {Function} (invocation {InvocationId}) in {ElapsedMs} ms")]
    public static partial void Executed(this ILogger logger, string function, string invocationId, double elapsedMs);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "{Function} failed")]
    public static partial void InvocationFailed(this ILogger logger, Exception exception, string function);

    [LoggerMessage(EventId = 6, Level = LogLevel.Error, Message = "The worker (process {ProcessId}) ended with exit code {ExitCode}; it is started anew")]
    public static partial void WorkerEnded(this ILogger logger, int processId, int exitCode);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "The worker could not be started; next try in {DelayMs} ms")]
    public static partial void WorkerNotStarted(this ILogger logger, Exception exception, double delayMs);

    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "The worker writes: {Line}")]
    public static partial void WorkerWrote(this ILogger logger, string line);

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "{Function}: partitions assigned: {Partitions}")]
    public static partial void PartitionsAssigned(this ILogger logger, string function, IReadOnlyList<TopicPartition> partitions);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "{Function}: partitions given back: {Partitions}")]
    public static partial void PartitionsRevoked(this ILogger logger, string function, IReadOnlyList<TopicPartition> partitions);

    [LoggerMessage(EventId = 12, Level = LogLevel.Debug, Message = "{Function}: stored offset {Offset} of {Topic}[{Partition}]")]
    public static partial void OffsetStored(this ILogger logger, string function, string topic, int partition, long offset);

    [LoggerMessage(EventId = 13, Level = LogLevel.Error, Message = "{Function}: offset {Offset} of {Topic}[{Partition}] could not be stored")]
    public static partial void OffsetNotStored(this ILogger logger, Exception exception, string function, string topic, int partition, long offset);

    [LoggerMessage(EventId = 14, Level = LogLevel.Warning, Message = "{Function}: a batch of {Records} records ({Offsets}) failed; retry {Retry} in {DelayMs} ms")]
    public static partial void BatchRetried(this ILogger logger, string function, int records, string offsets, int retry, double delayMs);

    [LoggerMessage(EventId = 15, Level = LogLevel.Error, Message = "{Function}: a batch of {Records} records ({Offsets}) failed and is given up, because host.json says commitOnFailure")]
    public static partial void BatchCommittedOnFailure(this ILogger logger, string function, int records, string offsets);

    [LoggerMessage(EventId = 16, Level = LogLevel.Error, Message = "{Function}: a batch of {Records} records ({Offsets}) failed and is given up after {MaxRetries} retries, as host.json says")]
    public static partial void RetriesExhausted(this ILogger logger, string function, int records, string offsets, int maxRetries);

    [LoggerMessage(EventId = 17, Level = LogLevel.Warning, Message = "{Function}: a batch of {Records} records ({Offsets}) was cut off; it comes again")]
    public static partial void BatchCutOff(this ILogger logger, string function, int records, string offsets);

    [LoggerMessage(EventId = 18, Level = LogLevel.Information, Message = "{Function}: {Records} records belong to partitions given back; they are left to the partitions' holder")]
    public static partial void RecordsLeft(this ILogger logger, string function, int records);

    [LoggerMessage(EventId = 19, Level = LogLevel.Warning, Message = "{Function} did not end when cut off and is left behind")]
    public static partial void LeftBehind(this ILogger logger, string function);

    [LoggerMessage(EventId = 20, Level = LogLevel.Error, Message = "{Function}: reading from Kafka failed: {Reason}")]
    public static partial void ConsumeFailed(this ILogger logger, string function, string reason);

    [LoggerMessage(EventId = 21, Level = LogLevel.Critical, Message = "{Function} reads no more from Kafka")]
    public static partial void ListenerEnded(this ILogger logger, Exception exception, string function);

    [LoggerMessage(EventId = 22, Level = LogLevel.Warning, Message = "{Function}: Kafka: {Reason}")]
    public static partial void KafkaError(this ILogger logger, string function, string reason);

    [LoggerMessage(EventId = 23, Level = LogLevel.Debug, Message = "librdkafka {Facility}: {Text}")]
    public static partial void Librdkafka(this ILogger logger, string facility, string text);

    [LoggerMessage(EventId = 24, Level = LogLevel.Warning, Message = "{Function}: leaving the consumer group did not end in time; the broker will notice by the session timeout")]
    public static partial void CloseTimedOut(this ILogger logger, string function);
}
