using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Cluster.Tests.Running;

/// <summary>Keeps the newest warnings of all silos, to be shown when a test fails.</summary>
internal sealed class LogBook : ILoggerProvider
{
    private const int LinesMax = 60;
    private const int SweptEvent = 300;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentDictionary<string, (int Silos, int Woken)> _sweeps = new();

    public IEnumerable<string> Lines => _lines;

    /// <summary>The last sweep of each silo.</summary>
    public IReadOnlyDictionary<string, (int Silos, int Woken)> Sweeps => _sweeps;

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose() => _lines.Clear();

    private sealed class Writer(LogBook book, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel >= LogLevel.Warning || category.EndsWith(".Sweeper", StringComparison.Ordinal);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            if (eventId.Id == SweptEvent && state is IReadOnlyList<KeyValuePair<string, object?>> said)
            {
                var facts = said.ToDictionary(fact => fact.Key, fact => fact.Value);
                book._sweeps[$"{facts["Silo"]}"] = ((int)facts["Count"]!, (int)facts["Woken"]!);
            }
            if (logLevel < LogLevel.Warning) return;
            book._lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
            while (book._lines.Count > LinesMax) book._lines.TryDequeue(out _);
        }
    }
}
