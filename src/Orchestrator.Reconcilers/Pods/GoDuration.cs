using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Reconcilers.Pods;

/// <summary>Spans of time as Go writes them, which is how users know them from settings and from events.</summary>
public static partial class GoDuration
{
    /// <summary>
    /// <c>532ms</c>, <c>1.234s</c>, <c>1m2.5s</c>, <c>1h0m0s</c>; what is below a millisecond is cut off.
    /// </summary>
    public static string Text(TimeSpan span)
    {
        var milliseconds = (long)Math.Max(0, span.TotalMilliseconds);
        if (milliseconds == 0) return "0s";
        if (milliseconds < 1000) return $"{milliseconds}ms";
        var seconds = (milliseconds % 60_000 / 1000m).ToString("0.###", CultureInfo.InvariantCulture);
        var minutes = milliseconds / 60_000;
        return minutes == 0 ? $"{seconds}s" : minutes < 60 ? $"{minutes}m{seconds}s"
            : $"{minutes / 60}h{minutes % 60}m{seconds}s";
    }

    /// <summary><c>90s</c>, <c>1m30s</c>, <c>1.5h</c>, <c>0</c>.</summary>
    public static bool TryParse(string? text, out TimeSpan span)
    {
        span = TimeSpan.Zero;
        if (text is "0") return true;
        if (text is null || !Whole().IsMatch(text)) return false;
        foreach (Match part in Part().Matches(text))
        {
            var number = double.Parse(part.Groups["n"].ValueSpan, CultureInfo.InvariantCulture);
            span += part.Groups["u"].Value switch
            {
                "h" => TimeSpan.FromHours(number),
                "m" => TimeSpan.FromMinutes(number),
                "s" => TimeSpan.FromSeconds(number),
                _ => TimeSpan.FromMilliseconds(number),
            };
        }
        return true;
    }

    [GeneratedRegex(@"\A(\d{1,6}(\.\d{1,6})?(h|ms|m|s))+\z")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(?<n>\d+(\.\d+)?)(?<u>h|ms|m|s)")]
    private static partial Regex Part();
}
