using Microsoft.Extensions.Logging;

namespace Orchestrator.Simulations;

/// <summary>Warnings of grains and engine, as lines of the event log. A critical one is a violation.</summary>
internal sealed class WarningLog(EventLog events, Action<Exception> fail) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private void Write(LogLevel level, string category, string message, Exception? trouble)
    {
        var why = trouble is null ? "" : $" ({trouble.GetType().Name}: {trouble.Message})";
        var kind = level == LogLevel.Warning ? "warning" : "error";
        events.Add(kind, $"{category}: {message}{why}".ReplaceLineEndings(" "));
        if (level == LogLevel.Critical) fail(new ViolationException("nothing is critical", $"{message} {trouble}"));
    }

    private sealed class Writer(WarningLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Write(logLevel, category, formatter(state, exception), exception);
        }
    }
}
