using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace DigitFunctions.Tests.Support;

/// <summary>Keeps the names of the events that are logged, with their texts.</summary>
internal sealed class LogOfEvents : ILoggerProvider
{
    private readonly ConcurrentQueue<(string? Name, string Text)> _entries = new();

    public bool Contains(string eventName) => _entries.Any(entry => entry.Name == eventName);

    public IReadOnlyList<string> Texts(string eventName) => [.. _entries.Where(entry => entry.Name == eventName).Select(entry => entry.Text)];

    public ILogger CreateLogger(string categoryName) => new Writer(this);

    public void Dispose()
    {
    }

    private sealed class Writer(LogOfEvents log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log._entries.Enqueue((eventId.Name, formatter(state, exception)));
    }
}
