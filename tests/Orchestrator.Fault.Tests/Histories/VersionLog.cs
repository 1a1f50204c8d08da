namespace Orchestrator.Fault.Tests.Histories;

/// <summary>How an object stood from one revision to before another; null is: not there.</summary>
public sealed record Span(long From, long Until, Sight? Sight)
{
    /// <summary>Whether it stood so at some revision of the range.</summary>
    public bool Meets(long first, long last) => From <= last && Until > first;
}

/// <summary>The order of all versions: the union of what all watchers got.</summary>
public sealed class VersionLog
{
    private static readonly List<Span> Nothing = [new(0, long.MaxValue, null)];
    private readonly SortedDictionary<long, WatchEvent> _events = [];
    private readonly Dictionary<string, List<Span>> _spans = [];
    private readonly Dictionary<long, Sight?> _before = [];

    /// <summary>The union of the records; the first to tell of a revision is believed.</summary>
    public VersionLog(IEnumerable<WatchRecord> watches)
    {
        foreach (var happened in watches.SelectMany(watch => watch.Events))
        {
            _events.TryAdd(happened.Sight.Revision, happened);
        }
        foreach (var (revision, happened) in _events)
        {
            var key = happened.Sight.Key;
            if (!_spans.TryGetValue(key, out var spans)) _spans[key] = spans = [.. Nothing];
            _before[revision] = spans[^1].Sight;
            spans[^1] = spans[^1] with { Until = revision };
            spans.Add(new(revision, long.MaxValue, happened.Type == EventType.Deleted ? null : happened.Sight));
        }
    }

    /// <summary>All events by revision.</summary>
    public IReadOnlyCollection<WatchEvent> Events => _events.Values;

    /// <summary>All names that ever were.</summary>
    public IReadOnlyCollection<string> Keys => _spans.Keys;

    /// <summary>What happened at a revision, or null.</summary>
    public WatchEvent? At(long revision) => _events.GetValueOrDefault(revision);

    /// <summary>How the object of an event stood just before it.</summary>
    public Sight? Before(WatchEvent happened) => _before[happened.Sight.Revision];

    /// <summary>The whole life of an object, without holes.</summary>
    public IReadOnlyList<Span> SpansOf(string key) => _spans.GetValueOrDefault(key, Nothing);

    /// <summary>How an object stood at a revision.</summary>
    public Sight? SightAt(string key, long revision) => SpansOf(key).Last(span => span.From <= revision).Sight;
}
