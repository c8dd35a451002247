using System.Collections.Concurrent;
using DigitFunctions.Local.Hosting.Rpc;

namespace DigitFunctions.Local.Hosting;

/// <summary>Passes a worker's log lines on to the host's loggers, under the worker's categories and event names.</summary>
internal sealed class WorkerLogs(ILoggerFactory loggers)
{
    private readonly ConcurrentDictionary<string, ILogger> _loggers = new();

    /// <summary>Passes one line on.</summary>
    public void Write(RpcLog line)
    {
        // A worker's own chatter, not the app's; metrics go elsewhere.
        if (line.LogCategory != RpcLog.Types.RpcLogCategory.User && line.Level < RpcLog.Types.Level.Warning)
        {
            return;
        }

        ILogger logger = _loggers.GetOrAdd(line.Category.Length > 0 ? line.Category : "Worker", loggers.CreateLogger);
        LogLevel level = line.Level <= RpcLog.Types.Level.Critical ? (LogLevel)(int)line.Level : LogLevel.None;
        if (logger.IsEnabled(level))
        {
            string text = line.Exception is { Message.Length: > 0 } exception ? $"{line.Message} {exception.Message}" : line.Message;
            logger.Log(level, EventIdOf(line.EventId), text, exception: null, static (message, _) => message);
        }
    }

    private static EventId EventIdOf(string sent) => int.TryParse(sent, out int number) ? new EventId(number) : new EventId(0, sent);
}
