namespace Orchestrator.Fault.Tests.Histories;

/// <summary>
/// What can be said of the newest revision at a time: at least what somebody had been told by then, and less than what
/// was only asked for later.
/// </summary>
public sealed class KnownRevisions
{
    private readonly List<(long Time, long Revision)> _told = [];
    private readonly List<(long Time, long Revision)> _asked = [];

    /// <param name="told">Times and revisions that somebody was told of.</param>
    /// <param name="asked">Times writes were called at, and the revisions they got.</param>
    public KnownRevisions(IEnumerable<(long, long)> told, IEnumerable<(long, long)> asked)
    {
        foreach (var (time, revision) in told.Order())
        {
            _told.Add((time, Math.Max(revision, _told.Count == 0 ? 0 : _told[^1].Revision)));
        }
        foreach (var (time, revision) in asked.OrderDescending())
        {
            _asked.Add((time, Math.Min(revision, _asked.Count == 0 ? long.MaxValue : _asked[^1].Revision)));
        }
        _asked.Reverse();
    }

    /// <summary>The newest revision somebody was told of before the time.</summary>
    public long LeastAt(long time)
    {
        var (low, high) = (0, _told.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_told[middle].Time < time) low = middle + 1;
            else high = middle;
        }
        return low == 0 ? 0 : _told[low - 1].Revision;
    }

    /// <summary>The newest revision there can have been at the time.</summary>
    public long MostAt(long time)
    {
        var (low, high) = (0, _asked.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_asked[middle].Time <= time) low = middle + 1;
            else high = middle;
        }
        return low == _asked.Count ? long.MaxValue - 1 : _asked[low].Revision - 1;
    }
}
