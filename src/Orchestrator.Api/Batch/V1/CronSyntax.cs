using System.Globalization;
using System.Text.RegularExpressions;

namespace Orchestrator.Api.Batch.V1;

/// <summary>
/// Whether a text is a schedule: five fields, or a descriptor such as <c>@daily</c> or <c>@every 90m</c>. The sentences
/// are those of the library the reference reads schedules with.
/// </summary>
internal static partial class CronSyntax
{
    private static readonly string[] Descriptors =
        ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly"];

    private static readonly Field[] Fields =
    [
        new(0, 59, []), new(0, 23, []), new(1, 31, []),
        new(1, 12, ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        new(0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ];

    private sealed record Field(int Min, int Max, string[] Names);

    /// <summary>What is wrong with the schedule, or null.</summary>
    public static string? Problem(string schedule)
    {
        // A time zone stands in front and is refused elsewhere.
        if (ZonePattern().Match(schedule) is { Success: true } zone) schedule = schedule[zone.Length..];
        schedule = schedule.Trim();
        if (schedule.StartsWith('@')) return DescriptorProblem(schedule);
        var words = schedule.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length != Fields.Length)
        {
            return $"expected exactly 5 fields, found {words.Length}: [{string.Join(' ', words)}]";
        }
        return words.Zip(Fields, FieldProblem).FirstOrDefault(problem => problem is not null);
    }

    private static string? DescriptorProblem(string schedule)
    {
        if (Descriptors.Contains(schedule)) return null;
        const string Every = "@every ";
        if (!schedule.StartsWith(Every, StringComparison.Ordinal)) return $"unrecognized descriptor: {schedule}";
        var duration = schedule[Every.Length..];
        return DurationPattern().IsMatch(duration)
            ? null
            : $"failed to parse duration {schedule}: time: invalid duration \"{duration}\"";
    }

    private static string? FieldProblem(string text, Field field) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(part => RangeProblem(part, field)).FirstOrDefault(problem => problem is not null);

    private static string? RangeProblem(string text, Field field)
    {
        var steps = text.Split('/');
        var ends = steps[0].Split('-');
        int start, end;
        if (ends[0] is "*" or "?") (start, end) = (field.Min, field.Max);
        else
        {
            if (NumberProblem(ends[0], field, out start) is { } broken) return broken;
            end = start;
            if (ends.Length == 2 && NumberProblem(ends[1], field, out end) is { } brokenEnd) return brokenEnd;
            if (ends.Length > 2) return $"too many hyphens: {text}";
        }
        if (steps.Length > 2) return $"too many slashes: {text}";
        var step = 1;
        if (steps.Length == 2)
        {
            if (NumberProblem(steps[1], new(0, int.MaxValue, []), out step) is { } broken) return broken;
            // "5/15" counts on from 5 to the end.
            if (ends.Length == 1) end = field.Max;
        }
        if (start < field.Min) return $"beginning of range ({start}) below minimum ({field.Min}): {text}";
        if (end > field.Max) return $"end of range ({end}) above maximum ({field.Max}): {text}";
        if (start > end) return $"beginning of range ({start}) beyond end of range ({end}): {text}";
        return step == 0 ? $"step of range should be a positive number: {text}" : null;
    }

    private static string? NumberProblem(string text, Field field, out int number)
    {
        number = Array.IndexOf(field.Names, text.ToLowerInvariant());
        if (text.Length > 0 && number >= 0) return null;
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            return $"failed to parse int from {text}: strconv.Atoi: parsing \"{text}\": invalid syntax";
        }
        return number < 0 ? $"negative number ({number}) not allowed: {text}" : null;
    }

    [GeneratedRegex(@"^(?:CRON_)?TZ=\S*\s+")]
    private static partial Regex ZonePattern();

    [GeneratedRegex(@"^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+\z")]
    private static partial Regex DurationPattern();
}
