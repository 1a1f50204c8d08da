using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Cluster.Tests.Running;

/// <summary>Keeps the newest warnings of all silos, to be shown when a test fails.</summary>
internal sealed class LogBook : ILoggerProvider
{
    private const int LinesMax = 60;
    private readonly ConcurrentQueue<string> _lines = new();

    public IEnumerable<string> Lines => _lines;

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose() => _lines.Clear();

    private sealed class Writer(LogBook book, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            book._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            while (book._lines.Count > LinesMax) book._lines.TryDequeue(out _);
        }
    }
}
