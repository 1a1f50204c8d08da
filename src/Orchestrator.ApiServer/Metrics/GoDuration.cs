using System.Globalization;

namespace Orchestrator.ApiServer.Metrics;

/// <summary>Spans of time as Go writes them.</summary>
internal static class GoDuration
{
    /// <summary><c>15.2s</c>, <c>1m30s</c>, <c>850ms</c>; to the millisecond.</summary>
    public static string Of(TimeSpan span)
    {
        var milliseconds = (long)Math.Round(span.TotalMilliseconds);
        if (milliseconds <= 0) return "0s";
        if (milliseconds < 1000) return $"{milliseconds}ms";
        var (hours, minutes) = (milliseconds / 3_600_000, milliseconds / 60_000 % 60);
        var seconds = (milliseconds % 60_000 / 1000.0).ToString("0.###", CultureInfo.InvariantCulture);
        return (hours > 0 ? $"{hours}h" : "") + (hours > 0 || minutes > 0 ? $"{minutes}m" : "") + $"{seconds}s";
    }
}
