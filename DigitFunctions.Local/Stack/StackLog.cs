using Microsoft.Extensions.Logging;

namespace DigitFunctions.Local.Stack;

/// <summary>Every line that the local stack logs.</summary>
internal static partial class StackLog
{
    [LoggerMessage(EventId = 300, Level = LogLevel.Debug, Message = "S3 {Method} {Path} {Status} {Code}")]
    public static partial void S3Answered(ILogger logger, string method, string path, int status, string code);

    [LoggerMessage(EventId = 301, Level = LogLevel.Error, Message = "S3 {Method} {Path} failed")]
    public static partial void S3Failed(ILogger logger, Exception exception, string method, string path);

    [LoggerMessage(EventId = 302, Level = LogLevel.Error, Message = "{File} is not an object as this server writes it; it is left alone and not served")]
    public static partial void UnreadableObjectFile(ILogger logger, string file);

    [LoggerMessage(EventId = 303, Level = LogLevel.Error, Message = "The announcement of {Bucket}/{Key} failed; the object is stored all the same")]
    public static partial void AnnouncementFailed(ILogger logger, Exception exception, string bucket, string key);

    [LoggerMessage(EventId = 304, Level = LogLevel.Warning, Message = "Kafka has not taken the announcement of {Bucket}/{Key} within {Timeout}; it is retried in the background")]
    public static partial void AnnouncementDelayed(ILogger logger, string bucket, string key, TimeSpan timeout);

    [LoggerMessage(EventId = 305, Level = LogLevel.Error, Message = "Kafka refused the announcement of {Bucket}/{Key} for good: {Reason}")]
    public static partial void AnnouncementRefused(ILogger logger, string bucket, string key, string reason);

    [LoggerMessage(EventId = 306, Level = LogLevel.Warning, Message = "Kafka client: {Message}")]
    public static partial void KafkaClient(ILogger logger, string message);

    [LoggerMessage(EventId = 307, Level = LogLevel.Error, Message = "An observer of stored objects failed for {Bucket}/{Key}")]
    public static partial void ObserverFailed(ILogger logger, Exception exception, string bucket, string key);

    [LoggerMessage(EventId = 308, Level = LogLevel.Error, Message = "The predictor failed")]
    public static partial void PredictorFailed(ILogger logger, Exception exception);
}
