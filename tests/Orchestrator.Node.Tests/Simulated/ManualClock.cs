namespace Orchestrator.Nodes.Tests.Simulated;

/// <summary>
/// A clock that moves only when told; timers fire inside <see cref="Advance"/>, in order of their moments.
/// </summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private int _made;

    public int TimersPending => _timers.Count;

    public override DateTimeOffset GetUtcNow() => _now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state, _made++);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        var until = _now + by;
        while (_timers.Where(timer => timer.Due <= until).OrderBy(timer => (timer.Due, timer.Number))
            .FirstOrDefault() is
            { } next)
        {
            _now = next.Due;
            _timers.Remove(next);
            next.Fire();
        }
        _now = until;
    }

    private sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state, int number) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public int Number { get; } = number;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock._timers.Remove(this);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Due = clock._now + dueTime;
                clock._timers.Add(this);
            }
            return true;
        }

        public void Fire() => callback(state);

        public void Dispose() => clock._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
