namespace Orchestrator.Fault.Tests.Histories;

/// <summary>
/// Judges what clients and watchers saw. Pure. It rests on two things: every write carries a token of its own, so that
/// every version names the write that made it; and the watchers together give the order of all versions.
/// </summary>
public sealed class HistoryChecker
{
    private readonly History _history;
    private readonly VersionLog _log;
    private readonly KnownRevisions _known;
    private readonly Dictionary<string, Operation> _writes;
    private readonly ILookup<string, Operation> _deletions;
    private readonly List<Violation> _found = [];

    private HistoryChecker(History history)
    {
        _history = history;
        _log = new(history.Watches);
        _writes = history.Operations.Where(op => op.IsWrite && op.Token.Length > 0).ToDictionary(op => op.Token);
        _deletions = history.Operations.Where(op => op.Act == Act.Delete && op.Outcome != Outcome.Refused)
            .ToLookup(op => op.Uid);
        _known = new(Told(), Asked());
    }

    /// <summary>Everything that is wrong with a history, in the order it was found.</summary>
    public static IReadOnlyList<Violation> Check(History history)
    {
        var checker = new HistoryChecker(history);
        checker.CheckRevisions();
        foreach (var watch in history.Watches) checker.CheckWatch(watch);
        foreach (var happened in checker._log.Events) checker.CheckEvent(happened);
        foreach (var operation in history.Operations) checker.CheckOperation(operation);
        checker.CheckTwice();
        return checker._found;
    }

    // An event is news for everybody who asks after it arrived, whichever silo sent it.
    private IEnumerable<(long, long)> Told()
    {
        foreach (var op in _history.Operations.Where(op => op.Outcome == Outcome.Done))
        {
            var revision = op.Act == Act.List ? op.ListRevision : op.Seen?.Revision ?? RevisionOfDeletion(op);
            if (revision > 0) yield return (op.Returned, revision);
        }
        foreach (var happened in _history.Watches.SelectMany(watch => watch.Events))
        {
            if (happened.At != Operation.Never) yield return (happened.At, happened.Sight.Revision);
        }
    }

    private IEnumerable<(long, long)> Asked() =>
        from happened in _log.Events
        where happened.Type != EventType.Deleted
        let op = _writes.GetValueOrDefault(happened.Sight.Token)
        where op is not null
        select (op.Invoked, happened.Sight.Revision);

    private long RevisionOfDeletion(Operation op) => op.Act != Act.Delete ? 0
        : _log.SpansOf(op.Key).FirstOrDefault(span => span.Sight is null && span.From > 0
            && _log.At(span.From)!.Sight.Uid == op.Uid)?.From ?? 0;

    private void CheckRevisions()
    {
        var seen = new Dictionary<long, Sight>();
        var events = _history.Watches.SelectMany(watch => watch.Events).Select(happened => happened.Sight);
        var answers = _history.Operations.SelectMany(op => op.Seen is { } one ? op.Items.Append(one) : op.Items);
        foreach (var sight in events.Concat(answers))
        {
            if (!seen.TryAdd(sight.Revision, sight) && seen[sight.Revision] != sight)
                Found(Rule.RevisionReused, $"{seen[sight.Revision]} and {sight}");
        }
    }

    private void CheckWatch(WatchRecord watch)
    {
        if (watch.Expirations > 0) Found(Rule.WatchExpired, $"{watch.Watcher}, {watch.Expirations} times");
        var last = watch.From;
        foreach (var happened in watch.Events)
        {
            if (happened.Sight.Revision <= last)
                Found(Rule.WatchRepeated, $"{watch.Watcher} got {happened.Sight} after revision {last}");
            last = Math.Max(last, happened.Sight.Revision);
        }
        var got = watch.Events.Select(happened => happened.Sight.Revision).ToHashSet();
        foreach (var happened in _log.Events)
        {
            if (happened.Sight.Revision is var revision && revision > watch.From && revision <= watch.Through
                && !got.Contains(revision))
            {
                Found(Rule.WatchMissed, $"{watch.Watcher} ({watch.From}..{watch.Through}) did not get {happened}");
            }
        }
    }

    private void CheckEvent(WatchEvent happened)
    {
        var before = _log.Before(happened);
        var follows = happened.Type switch
        {
            EventType.Added => before is null,
            EventType.Modified => before is not null && before.Uid == happened.Sight.Uid,
            _ => before is not null && before == happened.Sight with { Revision = before.Revision },
        };
        if (!follows) Found(Rule.ImpossibleEvent, $"{happened} after {before?.ToString() ?? "nothing"}");
        if (happened.Type == EventType.Deleted)
        {
            if (!_deletions.Contains(happened.Sight.Uid)) Found(Rule.Unexplained, $"nobody deleted {happened.Sight}");
            return;
        }
        if (_writes.TryGetValue(happened.Sight.Token, out var op)) CheckWrite(op, happened, before);
        else Found(Rule.Unexplained, $"nobody wrote {happened.Sight}");
    }

    private void CheckWrite(Operation op, WatchEvent happened, Sight? before)
    {
        var sight = happened.Sight;
        if (op.Outcome == Outcome.Refused) Found(Rule.RefusedYetApplied, $"{op} made {sight}");
        var count = op.Act == Act.Patch ? before?.Count : op.Count;
        if (op.Key != sight.Key || count != sight.Count) Found(Rule.NotAsWritten, $"{op} made {sight} of {before}");
        if (op.Act == Act.Update && before?.Revision != op.Expected) Found(Rule.LostUpdate, $"{op} overwrote {before}");
        if (op.Act == Act.Create != (happened.Type == EventType.Added))
            Found(Rule.ImpossibleEvent, $"{op} did {happened}");
        if (_known.LeastAt(op.Invoked) is var known && sight.Revision <= known)
            Found(Rule.RevisionWentBack, $"{op} got {sight.Revision} though {known} was known when it was called");
    }

    private void CheckOperation(Operation op)
    {
        if (op.Outcome == Outcome.Unknown) return;
        // A read must fit some revision between what was known at its call and what was possible at its return.
        // One that says itself that it may be old must only have been true once.
        var (least, most) = (op.IsWarned ? 0 : _known.LeastAt(op.Invoked), _known.MostAt(op.Returned));
        if (op.Outcome == Outcome.Refused) CheckRefusal(op, least, most);
        else if (op.Act == Act.List) CheckList(op, least, most);
        else if (op.Act == Act.Get) CheckGet(op, least, most);
        else if (op.Act == Act.Delete) CheckDeletion(op);
        else if (op.Seen is not { } made || _log.At(made.Revision)?.Sight != made) Found(Rule.LostWrite, $"{op}");
        else if (made.Token != op.Token) Found(Rule.NotAsWritten, $"{op}");
    }

    private void CheckGet(Operation op, long least, long most)
    {
        if (!_log.SpansOf(op.Key).Any(span => span.Sight == op.Seen && span.Meets(least, most)))
            Found(Rule.StaleRead, $"{op}, though {Told(op.Key, least, most)}");
    }

    private void CheckDeletion(Operation op)
    {
        var revision = RevisionOfDeletion(op);
        if (revision == 0) Found(Rule.LostWrite, $"{op}");
        else if (revision <= _known.LeastAt(op.Invoked)) Found(Rule.RevisionWentBack, $"{op} came at {revision}");
    }

    private void CheckList(Operation op, long least, long most)
    {
        if (op.ListRevision < least || op.ListRevision > most)
            Found(Rule.StaleRead, $"{op} at {op.ListRevision}, possible is {least}..{most}");
        var shown = op.Items.ToDictionary(item => item.Key);
        foreach (var key in _log.Keys.Union(shown.Keys))
        {
            var (was, is_) = (_log.SightAt(key, op.ListRevision), shown.GetValueOrDefault(key));
            if (was != is_) Found(Rule.WrongList, $"{op} at {op.ListRevision} shows {is_}, but then there was {was}");
        }
    }

    private void CheckRefusal(Operation op, long least, long most)
    {
        var spans = _log.SpansOf(op.Key).Where(span => span.Meets(least, most)).Select(span => span.Sight);
        var isFounded = op.Said switch
        {
            "AlreadyExists" => spans.Any(sight => sight is not null),
            "NotFound" => spans.Any(sight => sight is null),
            "Conflict" when op.Act == Act.Update => spans.Any(sight => sight?.Revision != op.Expected),
            "Conflict" when op.Act == Act.Delete => spans.Any(sight => sight?.Uid != op.Uid),
            _ => false,
        };
        if (!isFounded) Found(Rule.UnfoundedRefusal, $"{op}, though {Told(op.Key, least, most)}");
    }

    private void CheckTwice()
    {
        foreach (var versions in _log.Events.Where(happened => happened.Type != EventType.Deleted)
            .GroupBy(happened => happened.Sight.Token).Where(versions => versions.Count() > 1))
        {
            Found(Rule.AppliedTwice, string.Join(" and ", versions.Select(happened => happened.Sight)));
        }
        foreach (var deletions in _deletions.Where(ops => ops.Count(op => op.Outcome == Outcome.Done) > 1))
        {
            Found(Rule.AppliedTwice, string.Join(" and ", deletions));
        }
    }

    private string Told(string key, long least, long most) =>
        $"from revision {least} to {most} there was "
        + string.Join(", then ", _log.SpansOf(key).Where(span => span.Meets(least, most))
            .Select(span => span.Sight?.ToString() ?? "nothing"));

    private void Found(Rule rule, string what) => _found.Add(new(rule, what));
}
