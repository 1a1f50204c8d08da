using System.Diagnostics;

namespace Orchestrator.Fault.Tests.Loads;

/// <summary>The one clock of all who take part in a round: ticks since it began.</summary>
public static class Clock
{
    /// <summary>Ticks of <see cref="Stopwatch"/>; two readings in order never go back.</summary>
    public static long Now => Stopwatch.GetTimestamp();

    /// <summary>A reading as the time of day, as logs have it.</summary>
    public static string Shown(long reading) => $"{DateTime.UtcNow - Stopwatch.GetElapsedTime(reading):HH:mm:ss.fff}";

    /// <summary>The span between two readings.</summary>
    public static TimeSpan Between(long from, long to) => Stopwatch.GetElapsedTime(from, to);
}
