namespace Orchestrator.Storage;

/// <summary>
/// The most recent changes of one kind, oldest first. One task wakes all who wait for the next ones.
/// </summary>
internal sealed class ChangeRing(long floor, int capacityMax)
{
    private readonly Lock _lock = new();
    private ObjectChange[] _entries = new ObjectChange[Math.Min(16, capacityMax)];
    private int _start;
    private int _count;
    private long _floor = floor;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Add(IEnumerable<ObjectChange> changes)
    {
        TaskCompletionSource news;
        lock (_lock)
        {
            foreach (var change in changes) Add(change);
            news = _news;
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        news.SetResult();
    }

    /// <summary>
    /// Copies the changes after a revision into the page. With none there, <paramref name="news"/> completes at the
    /// next.
    /// </summary>
    /// <returns>How many were copied; null when the ring does not reach back that far.</returns>
    public int? Read(long after, Span<ObjectChange> page, out Task news)
    {
        lock (_lock)
        {
            news = _news.Task;
            if (after < _floor) return null;
            var first = FirstAfter(after);
            var count = Math.Min(page.Length, _count - first);
            for (var i = 0; i < count; i++) page[i] = At(first + i);
            return count;
        }
    }

    /// <summary>Whether nothing comes after a revision, as far as changes are here.</summary>
    public bool IsReadUpTo(long revision)
    {
        lock (_lock) return revision >= _floor && FirstAfter(revision) == _count;
    }

    private ObjectChange At(int index) => _entries[(_start + index) % _entries.Length];

    private int FirstAfter(long revision)
    {
        var (low, high) = (0, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (At(middle).Revision <= revision) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private void Add(ObjectChange change)
    {
        if (_count == _entries.Length && _count < capacityMax) Grow();
        if (_count == _entries.Length)
        {
            _floor = _entries[_start].Revision;
            _entries[_start] = change;
            _start = (_start + 1) % _entries.Length;
            return;
        }
        _entries[(_start + _count++) % _entries.Length] = change;
    }

    private void Grow()
    {
        var grown = new ObjectChange[Math.Min(_entries.Length * 2, capacityMax)];
        for (var i = 0; i < _count; i++) grown[i] = At(i);
        (_entries, _start) = (grown, 0);
    }
}
