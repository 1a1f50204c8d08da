namespace Orleans.Local;

/// <summary>
/// A clock that moves only when told to, from timer to timer. Timers fire on the thread that moves it, one at a time,
/// in the order of their due times and, where those are equal, of their arming.
/// </summary>
public sealed class VirtualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    // An entry of a timer that was armed anew or disposed since stays until it comes up, and then counts for nothing.
    private readonly PriorityQueue<VirtualTimer, (DateTimeOffset Due, long Arming)> _armed = new();
    private DateTimeOffset _now;
    private long _armings;

    public VirtualTimeProvider() : this(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)) { }

    public VirtualTimeProvider(DateTimeOffset start) => _now = start.ToUniversalTime();

    /// <summary>Is told of every look at the clock and of every timer, to find out by which thread.</summary>
    internal SeededScheduler? Watcher { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>When the next timer fires; null when none is armed.</summary>
    public DateTimeOffset? NextTimer
    {
        get
        {
            lock (_lock)
            {
                return FirstLocked()?.Due;
            }
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        Watcher?.Notice("a look at the clock");
        lock (_lock)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new VirtualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves to the next timer and fires it. False when no timer is armed.</summary>
    public bool AdvanceToNextTimer() => FireNext(DateTimeOffset.MaxValue);

    /// <summary>Moves on by a span and fires every timer on the way, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var end = GetUtcNow() + by;
        while (FireNext(end))
        {
        }

        lock (_lock)
        {
            _now = end > _now ? end : _now;
        }
    }

    private bool FireNext(DateTimeOffset until)
    {
        VirtualTimer? timer;
        lock (_lock)
        {
            timer = FirstLocked();
            if (timer is null || timer.Due > until)
            {
                return false;
            }

            _now = timer.Due > _now ? timer.Due : _now;
            ArmLocked(timer, timer.Period > TimeSpan.Zero ? _now + timer.Period : null);
        }

        timer.Fire();
        return true;
    }

    private VirtualTimer? FirstLocked()
    {
        while (_armed.TryPeek(out var timer, out var entry))
        {
            if (timer.Arming == entry.Arming)
            {
                return timer;
            }

            _armed.Dequeue();
        }

        return null;
    }

    private void ArmLocked(VirtualTimer timer, DateTimeOffset? due)
    {
        timer.Arming = 0;
        if (due is { } at)
        {
            timer.Due = at;
            timer.Arming = ++_armings;
            _armed.Enqueue(timer, (at, timer.Arming));
        }
    }

    private sealed class VirtualTimer(VirtualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        private bool _disposed;

        public DateTimeOffset Due { get; set; }

        /// <summary>Which arming of the clock is its own; 0 when it is not armed.</summary>
        public long Arming { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            clock.Watcher?.Notice(callback);
            lock (clock._lock)
            {
                if (_disposed)
                {
                    return false;
                }

                Period = period;
                clock.ArmLocked(this, dueTime == Timeout.InfiniteTimeSpan ? null : clock._now + dueTime);
                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                _disposed = true;
                clock.ArmLocked(this, null);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}
