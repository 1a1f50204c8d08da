using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Robustness.Tests.Running;

/// <summary>Keeps what the server logs as an error, the newest of it.</summary>
public sealed class LogBook : ILoggerProvider
{
    private const int LinesMax = 50;
    private readonly ConcurrentQueue<string> _errors = new();

    /// <summary>The errors.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new Page(this, categoryName);

    /// <inheritdoc />
    public void Dispose() => _errors.Clear();

    private void Add(string line)
    {
        _errors.Enqueue(line);
        while (_errors.Count > LinesMax) _errors.TryDequeue(out _);
    }

    private sealed class Page(LogBook book, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) book.Add($"{category}: {formatter(state, exception)} {exception}");
        }
    }
}
