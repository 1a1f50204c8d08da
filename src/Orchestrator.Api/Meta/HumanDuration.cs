namespace Orchestrator.Api.Meta;

/// <summary>
/// Ages as tables print them: two units at most, the coarser the older. <c>7m30s</c>, <c>5d3h</c>, <c>2y40d</c>.
/// </summary>
public static class HumanDuration
{
    private const long HoursPerYear = 24 * 365;

    /// <summary>
    /// The time from <paramref name="since"/> to <paramref name="now"/>; <c>&lt;unknown&gt;</c> without a start.
    /// </summary>
    public static string Since(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } start ? Format(now - start) : "<unknown>";

    /// <summary>
    /// The duration in short. A clock that is a second ahead is forgiven, more is <c>&lt;invalid&gt;</c>.
    /// </summary>
    public static string Format(TimeSpan duration)
    {
        var seconds = (long)duration.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 2 * 60) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return Two(minutes, "m", seconds % 60, "s");
        if (minutes < 3 * 60) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return Two(hours, "h", minutes % 60, "m");
        if (hours < 48) return $"{hours}h";
        if (hours < 8 * 24) return Two(hours / 24, "d", hours % 24, "h");
        if (hours < 2 * HoursPerYear) return $"{hours / 24}d";
        if (hours < 8 * HoursPerYear) return Two(hours / HoursPerYear, "y", hours / 24 % 365, "d");
        return $"{hours / HoursPerYear}y";
    }

    private static string Two(long major, string majorUnit, long minor, string minorUnit) =>
        minor == 0 ? $"{major}{majorUnit}" : $"{major}{majorUnit}{minor}{minorUnit}";
}
