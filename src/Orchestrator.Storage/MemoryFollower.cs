namespace Orchestrator.Storage;

/// <summary>Tells one store what is appended to a log in memory, at once or as late as it is told to.</summary>
internal sealed class MemoryFollower : IAsyncDisposable
{
    private readonly MemoryLog _log;
    private readonly TimeProvider _time;
    private readonly Func<TimeSpan>? _delay;
    private readonly Action<long> _onRevision;
    private readonly Lock _lock = new();
    private readonly HashSet<ITimer> _late = [];
    private bool _isDisposed;

    public MemoryFollower(MemoryLog log, TimeProvider time, Func<TimeSpan>? delay, Action<long> onRevision)
    {
        (_log, _time, _delay, _onRevision) = (log, time, delay, onRevision);
        log.Add(this);
    }

    public async ValueTask DisposeAsync()
    {
        _log.Remove(this);
        List<ITimer> late;
        lock (_lock)
        {
            _isDisposed = true;
            late = [.. _late];
            _late.Clear();
        }
        foreach (var timer in late) await timer.DisposeAsync();
    }

    public void Hear(long revision)
    {
        if (_delay?.Invoke() is not { } delay || delay <= TimeSpan.Zero)
        {
            _onRevision(revision);
            return;
        }
        ITimer? timer = null;
        lock (_lock)
        {
            if (_isDisposed) return;
            timer = _time.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _late.Add(timer);
        }
        timer.Change(delay, Timeout.InfiniteTimeSpan);

        void Tell()
        {
            lock (_lock)
            {
                if (!_late.Remove(timer!)) return;
            }
            timer!.Dispose();
            _onRevision(revision);
        }
    }
}
