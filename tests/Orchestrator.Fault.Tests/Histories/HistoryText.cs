using System.Text.RegularExpressions;

namespace Orchestrator.Fault.Tests.Histories;

/// <summary>
/// Histories as short texts, one line per call or watcher. A version is <c>key.life:revision:token:count</c>:
/// <c>0-2 create a t1 1 = a.1:5:t1:1</c>, <c>3-? update a t2 2 on 5</c>, <c>3-4 patch a t3 = NotFound</c>,
/// <c>5-6 delete a.1 = ok</c>, <c>7-8 get a = none</c>, <c>7-8 list = 9 a.1:5:t1:1</c>,
/// <c>7-8 get a = a.1:5:t1:1 old</c> (with a warning that it may be old),
/// <c>watcher 0..9 +a.1:5:t1:1 ~a.1:6:t2:2@12 -a.1:7:t2:2</c> (the second event arrived at time 12).
/// </summary>
internal static partial class HistoryText
{
    public static History Parse(string text)
    {
        var operations = new List<Operation>();
        var watches = new List<WatchRecord>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (WatchPattern().Match(line) is { Success: true } watch) watches.Add(Watch(watch));
            else if (CallPattern().Match(line) is { Success: true } call) operations.Add(Call(call));
            else throw new ArgumentException($"\"{line}\" is neither a call nor a watcher");
        }
        return new(operations, watches);
    }

    private static WatchRecord Watch(Match match) => new(
        match.Groups["who"].Value, Number(match, "from"), Number(match, "through"),
        [.. match.Groups["event"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(word => word != "410")
            .Select(Event)])
    {
        Expirations = match.Groups["event"].Value.Contains("410", StringComparison.Ordinal) ? 1 : 0,
    };

    private static WatchEvent Event(string word)
    {
        var parts = word[1..].Split('@');
        var type = word[0] switch { '+' => EventType.Added, '~' => EventType.Modified, _ => EventType.Deleted };
        return new(type, Version(parts[0]), parts.Length > 1 ? long.Parse(parts[1]) : Operation.Never);
    }

    private static Operation Call(Match match)
    {
        var (act, key, answer) = (Enum.Parse<Act>(match.Groups["act"].Value, ignoreCase: true),
            match.Groups["key"].Value, match.Groups["answer"].Value);
        var versions = answer.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Contains(':')).Select(Version);
        var isRefused = answer is "NotFound" or "Conflict" or "AlreadyExists";
        return new()
        {
            Client = "c",
            Via = "s",
            Act = act,
            Key = key.Split('.')[0],
            Uid = act == Act.Delete ? key : "",
            Invoked = Number(match, "from"),
            Token = match.Groups["token"].Value,
            Count = Number(match, "count"),
            Returned = match.Groups["to"].Value == "?" ? Operation.Never : Number(match, "to"),
            Expected = Number(match, "on"),
            Said = isRefused ? answer : "",
            IsWarned = answer.EndsWith(" old", StringComparison.Ordinal),
            Outcome = answer.Length == 0 ? Outcome.Unknown : isRefused ? Outcome.Refused : Outcome.Done,
            Seen = act == Act.List ? null : versions.FirstOrDefault(),
            Items = act == Act.List ? [.. versions] : [],
            ListRevision = act == Act.List && answer.Length > 0 ? long.Parse(answer.Split(' ')[0]) : 0,
        };
    }

    private static Sight Version(string text)
    {
        var parts = text.Split(':');
        return new(parts[0].Split('.')[0], parts[0], long.Parse(parts[1]), parts[2], long.Parse(parts[3]));
    }

    private static long Number(Match match, string group) =>
        match.Groups[group].Value is { Length: > 0 } text ? long.Parse(text) : 0;

    [GeneratedRegex(@"^(?<who>\w+) (?<from>\d+)\.\.(?<through>\d+)(?<event>.*)$")]
    private static partial Regex WatchPattern();

    [GeneratedRegex(
        @"^(?<from>\d+)-(?<to>\d+|\?) (?<act>\w+)( (?<key>[a-z][\w.]*))?( (?<token>t\d+))?( (?<count>\d+))?( on (?<on>\d+))?( = (?<answer>.+))?$")]
    private static partial Regex CallPattern();
}
