namespace Orchestrator.Storage;

/// <summary>
/// Says when a transaction should forget old changes. Called by the committer alone; each step is small, and steps go
/// on while there is more to forget.
/// </summary>
internal sealed class CompactionClock(ObjectStoreOptions options)
{
    // Ages are looked at so often in one lifetime of a change.
    private const int LooksPerAge = 64;

    private DateTimeOffset _nextLook = DateTimeOffset.MinValue;
    private long _oldest = -1;
    private int _lastLimit;

    public CompactionStep? Step(long newest, long oldest, int added, DateTimeOffset now)
    {
        var isFull = newest - oldest > options.HistoryMax;
        // A step that used up its limit was stopped by it.
        var hasMore = _oldest >= 0 && oldest - _oldest >= _lastLimit;
        if (!isFull && !hasMore && now < _nextLook)
        {
            _oldest = -1;
            return null;
        }
        _nextLook = now + (options.HistoryAge / LooksPerAge);
        _lastLimit = options.CompactionStepMax + added;
        _oldest = oldest;
        return new(newest - options.HistoryMax, now - options.HistoryAge, _lastLimit);
    }
}
